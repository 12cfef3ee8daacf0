-- What batches deliver: for which municipality, or for a region as a whole, and which half-year its form is complete.
-- Rows are only ever added. Batches of older warehouses get theirs by the rule of warehouse/ledger/deliveries.py when
-- the warehouse is next opened for writing.

-- grain: one territory and half-year of one statement about a batch; the batch's latest statement counts.
-- territory_id: a municipality, or a region for all of its municipalities; missing: the batch delivers nothing.
-- year and half are missing for a register, which holds from its loading on. basis: inferred from the rows, or stated
-- by a person. reason: why a person changed it afterwards.
create table ledger.deliveries (
    batch integer not null,
    statement integer not null,
    basis varchar not null,
    territory_id varchar,
    year bigint,
    half bigint,
    stated_at timestamp not null,
    actor varchar not null,
    reason varchar
);
