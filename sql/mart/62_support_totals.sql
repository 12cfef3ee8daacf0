-- One row per territory (region, municipality) and half-year with any support of young teachers between 1 January and
-- its cut-off, also one that only organizations without a passport have sent. young_supported: distinct people in
-- organizations that reported, as young_support_share counts them: a total over all organizations beside that share
-- would tell the people of a single silent one. Missing where there are none.
create table support_totals as
select
    half_years.region_id,
    territories.level,
    territories.territory_id,
    half_years.year,
    half_years.half,
    nullif(count(distinct if(reporting.organization_id is null, null, support.person)), 0) as young_supported
from temp.young_support as support
inner join temp.organization_territories as territories on support.organization_id = territories.organization_id
inner join temp.half_years as half_years
    on
        territories.region_id = half_years.region_id
        and support.started_on <= half_years.cutoff
        and (support.finished_on is null or support.finished_on >= half_years.window_start)
left join temp.reporting_organizations as reporting
    on
        support.organization_id = reporting.organization_id
        and half_years.year = reporting.year
        and half_years.half = reporting.half
where territories.level in ('R', 'M')
group by half_years.region_id, territories.level, territories.territory_id, half_years.year, half_years.half
order by half_years.region_id, half_years.year, half_years.half, territories.level, territories.territory_id;
