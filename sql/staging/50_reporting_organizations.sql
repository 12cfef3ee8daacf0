-- One row per organization and half-year that it reported for. Matched coverage: an indicator with a staff denominator
-- counts these organizations only, in the numerator and in the denominator alike.
create or replace temp table reporting_organizations as
select
    passports.organization_id,
    half_years.region_id,
    passports.year,
    passports.half,
    half_years.window_start,
    half_years.cutoff,
    passports.pedagogical_staff,
    passports.teachers,
    passports.managers,
    passports.young_specialists,
    passports.management_teams,
    passports.methodical_service
from passport_organizations as passports
inner join organizations on passports.organization_id = organizations.organization_id
inner join half_years
    on
        region_of(organizations.municipality) = half_years.region_id
        and passports.year = half_years.year
        and passports.half = half_years.half;
