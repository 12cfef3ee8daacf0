-- One row per region and half-year that exists for it: some organization of the region has a passport row.
create or replace temp table half_years as
select distinct
    region_of(organizations.municipality) as region_id,
    passports.year,
    passports.half,
    make_date(passports.year, 1, 1) as window_start,
    case passports.half
        when 1 then make_date(passports.year, 6, 30)
        else make_date(passports.year, 12, 31)
    end as cutoff
from passport_organizations as passports
inner join organizations on passports.organization_id = organizations.organization_id;
