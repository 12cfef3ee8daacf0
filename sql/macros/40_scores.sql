-- The least modified z-score that makes a value an outlier (Iglewicz and Hoaglin, 1993).
create or replace temp macro outlier_score() as 3.5;

-- The rows of a relation with how far each lies from the median of its region, indicator and half-year: median; places,
-- how many rows that is of; score, the modified z-score (0.6745 · distance / median distance). No rows where fewer than
-- eight have a value, or where more than half of the values are the same and there is no spread to measure against.
-- relation: one row a municipality, indicator and half-year; measure: its column.
create or replace temp macro scores(relation, measure) as table
    with
    centred_rows as (
        select
            *,
            median(measure) over (partition by region_id, indicator, year, half) as median,
            count(*) over (partition by region_id, indicator, year, half) as places
        from query_table(relation)
    ),

    scaled_rows as (
        select
            *,
            median(abs(measure - median)) over (partition by region_id, indicator, year, half) as deviation
        from centred_rows
    )

    select
        *,
        0.6745 * (measure - median) / deviation as score
    from scaled_rows
    where places >= 8 and deviation > 1e-9;
