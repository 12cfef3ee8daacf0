-- Code of the region that a municipality or region belongs to, by its OKTMO code: the first two digits. An autonomous
-- okrug has three digits of its own inside another region's two (718 in 71); which three, the reference list of regions
-- says, see sql/staging/05_okrugs.sql.
create or replace temp macro region_of(territory) as
if(
    list_contains(getvariable('okrugs'), left(territory, 3)),
    left(territory, 3) || '00000',
    left(territory, 2) || '000000'
);
