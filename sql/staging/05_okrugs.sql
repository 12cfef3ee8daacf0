-- The first three digits of the autonomous okrugs of the reference, for the macro region_of.
set variable okrugs = (
    select list(left(region_id, 3))
    from regions
    where not ends_with(region_id, '000000')
);
