-- One row per territory of the regions that have organizations: the region (R), every municipality of it, also those
-- without organizations (M), every organization of the register (O).
create or replace temp table territories as
with
region_ids as (
    select distinct region_of(municipality) as region_id
    from organizations
)

select
    region_ids.region_id,
    'R' as level,
    region_ids.region_id as territory_id,
    coalesce(regions.name, region_ids.region_id) as name
from region_ids
left join regions on region_ids.region_id = regions.region_id
union all
select
    municipalities.region_id,
    'M' as level,
    municipalities.municipality_id as territory_id,
    municipalities.name
from municipalities
inner join region_ids on municipalities.region_id = region_ids.region_id
union all
select
    region_of(municipality) as region_id,
    'O' as level,
    organization_id as territory_id,
    name
from organizations;
