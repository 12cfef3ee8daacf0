-- One row per territory (region, municipality) and half-year in which at least one of its organizations reported: staff
-- of the organizations that did, as the passport shows it.
create table staff_totals as
select
    region_id,
    level,
    territory_id,
    year,
    half,
    reporting,
    pedagogical_staff,
    teachers,
    managers,
    young_specialists,
    management_teams,
    methodical_services
from temp.territory_staff
where level in ('R', 'M')
order by region_id, year, half, level, territory_id;
