-- One row per organization of the register.
create table organizations as
select
    organization_id,
    region_of(municipality) as region_id,
    municipality as municipality_id,
    name,
    kind,
    low_results,
    difficult_conditions
from temp.organizations
order by municipality, organization_id;
