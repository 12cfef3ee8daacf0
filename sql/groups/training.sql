-- A count of people that has no base is its own group: those who finished any programme, as the passport shows them.
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
