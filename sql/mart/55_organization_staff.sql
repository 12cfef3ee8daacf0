-- One row per organization and half-year that it reported for: its staff as the passport shows it, which is what is
-- last known of an organization that is silent now.
create table organization_staff as
select
    reporting.region_id,
    organizations.municipality as municipality_id,
    reporting.organization_id,
    reporting.year,
    reporting.half,
    reporting.pedagogical_staff,
    reporting.teachers,
    reporting.managers,
    reporting.young_specialists,
    reporting.management_teams
from temp.reporting_organizations as reporting
inner join temp.organizations as organizations on reporting.organization_id = organizations.organization_id
order by reporting.region_id, reporting.year, reporting.half, reporting.organization_id;
