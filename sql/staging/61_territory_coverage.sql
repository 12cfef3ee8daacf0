-- One row per territory and half-year: how many of its organizations reported, and how many the register holds.
create or replace temp table territory_coverage as
with
registered_counts as (
    select
        level,
        territory_id,
        count(*) as expected
    from organization_territories
    group by level, territory_id
)

select
    universe.level,
    universe.territory_id,
    universe.year,
    universe.half,
    coalesce(staff.reporting, 0) as reporting,
    coalesce(registered.expected, 0) as expected
from territory_half_years as universe
left join registered_counts as registered
    on universe.level = registered.level and universe.territory_id = registered.territory_id
left join territory_staff as staff
    on
        universe.level = staff.level
        and universe.territory_id = staff.territory_id
        and universe.year = staff.year
        and universe.half = staff.half;
