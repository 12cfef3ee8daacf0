-- One row per active batch, territory and half-year that it delivers: a municipality, or a region for all of its
-- municipalities; year and half are missing for a register.
create table mart.deliveries as
select
    batch,
    dataset,
    territory_id,
    year,
    half,
    basis,
    actor,
    stated_at,
    reason
from current_deliveries
order by batch, territory_id, year, half;
