-- One row per organization of the register.
create table organizations as
select
    organization_id,
    left(municipality, 2) || '000000' as region_id,
    municipality as municipality_id,
    name,
    kind,
    low_results,
    difficult_conditions
from temp.organizations
order by municipality, organization_id;
