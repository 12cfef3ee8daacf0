-- One row per assignment of teachers of an organization to a methodist who is active on the cut-off day of that
-- half-year in the region of the organization; `methodist_level` is «региональный» or «муниципальный».
create or replace temp table active_assignments as
select
    territories.region_id,
    assignments.year,
    assignments.half,
    assignments.organization_id,
    assignments.methodist_id,
    methodists.level as methodist_level,
    assignments.teachers_assigned
from assignments
inner join organization_territories as territories
    on assignments.organization_id = territories.organization_id and territories.level = 'R'
inner join half_years
    on
        territories.region_id = half_years.region_id
        and assignments.year = half_years.year
        and assignments.half = half_years.half
inner join methodists on assignments.methodist_id = methodists.methodist_id
where
    methodists.included_on <= half_years.cutoff
    and (methodists.excluded_on is null or methodists.excluded_on > half_years.cutoff);
