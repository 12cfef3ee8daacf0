-- One row per territory and half-year in which at least one of its organizations reported: staff, teams and services of
-- the organizations that did.
create or replace temp table territory_staff as
select
    reporting.region_id,
    territories.level,
    territories.territory_id,
    reporting.year,
    reporting.half,
    count(*) as reporting,
    cast(sum(reporting.pedagogical_staff) as bigint) as pedagogical_staff,
    cast(sum(reporting.teachers) as bigint) as teachers,
    cast(sum(reporting.managers) as bigint) as managers,
    cast(sum(reporting.young_specialists) as bigint) as young_specialists,
    cast(sum(reporting.management_teams) as bigint) as management_teams,
    count(*) filter (where reporting.methodical_service) as methodical_services
from reporting_organizations as reporting
inner join organization_territories as territories on reporting.organization_id = territories.organization_id
group by reporting.region_id, territories.level, territories.territory_id, reporting.year, reporting.half;
