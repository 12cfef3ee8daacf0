-- One row per municipality of those regions.
create table municipalities as
select
    municipalities.municipality_id,
    municipalities.region_id,
    municipalities.name,
    municipalities.short_name,
    municipalities.kind,
    municipalities.tile_row,
    municipalities.tile_column
from temp.municipalities
inner join temp.territories
    on municipalities.municipality_id = territories.territory_id and territories.level = 'M'
order by municipalities.municipality_id;
