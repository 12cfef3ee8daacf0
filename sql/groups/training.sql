-- A count of people without a base is its own group: those who finished any programme, as in the passport.
select
    'training' as measure,
    region_id,
    year,
    half,
    level,
    territory_id,
    trained as base,
    [attested] as others
from training_totals
where trained > 0
