-- One row per half-year of a region and territory (region, municipality): who owes parts of the passport.
create or replace temp view passport_owners as
select
    region_id,
    level,
    territory_id as place,
    year,
    half,
    window_start,
    cutoff
from temp.territory_half_years
where level in ('R', 'M');
