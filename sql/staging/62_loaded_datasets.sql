-- One row per dataset and region that has at least one current row of it. A count over a dataset that a region never
-- sent is «нет данных», not zero.
create or replace temp table loaded_datasets as
with
region_ids as (
    select distinct region_id
    from half_years
)

select distinct
    'training' as dataset,
    territories.region_id
from training
inner join organization_territories as territories on training.organization_id = territories.organization_id
union
select distinct
    'events' as dataset,
    region_of(territory) as region_id
from events
union
select distinct
    'programs' as dataset,
    coalesce(programs.region_id, region_ids.region_id) as region_id
from programs
cross join region_ids;
