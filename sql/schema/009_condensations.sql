-- Old rows about people that were condensed to the figures they gave, and what was kept of them for later half-years.
-- Rows of the ledger are only ever added. The schema `condensed` holds those figures: tables named and built like what
-- a publication computes, made anew by every condensation (warehouse/retention/condensing.py).
create schema if not exists condensed;

-- grain: one condensation; rows about people dated in through_year and before are gone.
create table ledger.condensations (
    number integer not null,
    through_year bigint not null,
    condensed_at timestamp not null,
    actor varchar not null,
    reason varchar not null
);

-- grain: one condensation and batch that it touched: rows removed; rows kept with only what later half-years need; rows
-- of the quarantine emptied. All of them 0: the batch had superseded a row that is gone.
create table ledger.condensed_batches (
    number integer not null,
    batch integer not null,
    dataset varchar not null,
    removed bigint not null,
    kept bigint not null,
    emptied bigint not null
);
