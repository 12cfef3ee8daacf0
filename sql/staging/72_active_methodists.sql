-- One row per half-year of a region and methodist of that region who is active on its cut-off day.
create or replace temp table active_methodists as
with
methodist_regions as (
    select
        *,
        region_of(municipality) as region_id
    from methodists
)

select
    located.region_id,
    half_years.year,
    half_years.half,
    located.methodist_id,
    located.level,
    located.municipality,
    located.pedagogical_degree,
    located.experience_years,
    located.category,
    located.title,
    located.diagnostics_passed
from methodist_regions as located
inner join half_years on located.region_id = half_years.region_id
where
    located.included_on <= half_years.cutoff
    and (located.excluded_on is null or located.excluded_on > half_years.cutoff);
