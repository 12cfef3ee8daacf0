-- One row per territory (region, municipality) and half-year with any support of young teachers between 1 January and
-- its cut-off: distinct people supported. Every organization of the register counts, also one without a passport.
create table support_totals as
select
    half_years.region_id,
    territories.level,
    territories.territory_id,
    half_years.year,
    half_years.half,
    count(distinct support.person) as young_supported
from temp.young_support as support
inner join temp.organization_territories as territories on support.organization_id = territories.organization_id
inner join temp.half_years as half_years
    on
        territories.region_id = half_years.region_id
        and support.started_on <= half_years.cutoff
        and (support.finished_on is null or support.finished_on >= half_years.window_start)
where territories.level in ('R', 'M')
group by half_years.region_id, territories.level, territories.territory_id, half_years.year, half_years.half
order by half_years.region_id, half_years.year, half_years.half, territories.level, territories.territory_id;
