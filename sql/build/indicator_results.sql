-- What the selects of the indicators return: one row per indicator, half-year and territory.
create or replace temp table indicator_results (
    indicator varchar,
    year bigint,
    half bigint,
    level varchar,
    territory_id varchar,
    numerator double,
    denominator double
);

-- The levels that each indicator answers for.
create or replace temp table indicator_levels (
    indicator varchar,
    kind varchar,
    level varchar
);
