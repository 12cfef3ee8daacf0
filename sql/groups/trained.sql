-- The group of those who finished a programme, in the passport, is the staff of the territory; one that has sent no
-- passport has no group that is known to be small.
select
    'staff' as layer,
    'trained' as measure,
    totals.region_id,
    totals.year,
    totals.half,
    totals.level,
    totals.territory_id,
    totals.pedagogical_staff + totals.managers as base,
    true as open_base,
    [coalesce(totals.trained, 0), coalesce(totals.attested, 0)] as others,
    [true, coalesce(totals.attested < totals.trained, false)] as rises,
    [coalesce(totals.trained > totals.attested, false), coalesce(totals.attested > 0, false)] as falls
from passport_totals as totals
where base > 0
