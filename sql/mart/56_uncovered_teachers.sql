-- One row per municipality and half-year in which an organization of it reported: teachers (pedagogical staff) of the
-- reporting organizations; those of them without a regional methodist (uncovered); those who at the least are with no
-- methodist at all, since regional and municipal methodists may have the same people (with_nobody); organizations where
-- nobody is with a regional methodist. Assignments above an organization's staff cover nobody elsewhere.
create table uncovered_teachers as
with
assigned_teachers as (
    select
        organization_id,
        year,
        half,
        sum(teachers_assigned) filter (where methodist_level = 'региональный') as regional,
        sum(teachers_assigned) as anyone
    from temp.active_assignments
    group by organization_id, year, half
)

select
    reporting.region_id,
    reporting.year,
    reporting.half,
    territories.territory_id as municipality_id,
    cast(sum(reporting.pedagogical_staff) as bigint) as teachers,
    cast(
        sum(greatest(0, reporting.pedagogical_staff - coalesce(assigned.regional, 0))) as bigint
    ) as uncovered,
    cast(
        sum(greatest(0, reporting.pedagogical_staff - coalesce(assigned.anyone, 0))) as bigint
    ) as with_nobody,
    count(*) as organizations,
    count(*) filter (
        where reporting.pedagogical_staff > 0 and coalesce(assigned.regional, 0) = 0
    ) as uncovered_organizations
from temp.reporting_organizations as reporting
inner join temp.organization_territories as territories
    on reporting.organization_id = territories.organization_id and territories.level = 'M'
left join assigned_teachers as assigned
    on
        reporting.organization_id = assigned.organization_id
        and reporting.year = assigned.year
        and reporting.half = assigned.half
group by reporting.region_id, reporting.year, reporting.half, territories.territory_id
order by reporting.region_id, reporting.year, reporting.half, municipality_id;
