-- Three rows per organization: itself, its municipality and its region, by the register of today.
create or replace temp table organization_territories as
select
    organizations.organization_id,
    region_of(organizations.municipality) as region_id,
    levels.level,
    case levels.level
        when 'O' then organizations.organization_id
        when 'M' then organizations.municipality
        else region_of(organizations.municipality)
    end as territory_id
from organizations
cross join (values ('R'), ('M'), ('O')) as levels (level);
