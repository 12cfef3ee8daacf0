-- One row per region that has organizations in the register.
create table regions as
select
    regions.region_id,
    regions.name,
    regions.name_genitive
from temp.regions
inner join temp.territories on regions.region_id = territories.territory_id and territories.level = 'R'
order by regions.region_id;
