-- One row per territory of every level with its full name.
create table territory_names as
select
    region_id,
    level,
    territory_id,
    name as territory
from temp.territories;
