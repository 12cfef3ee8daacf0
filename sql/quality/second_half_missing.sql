/*
title: Второе полугодие не прислано
why: Муниципалитет прислал форму за первое полугодие и не прислал за второе, хотя другие прислали. Годовое значение
  области тогда считается без него.
advice: Запросите форму за второе полугодие; если сведения не изменились, их всё равно нужно подтвердить файлом.
severity: warning
position: 60
datasets: passport_organizations passport_municipalities assignments
subject: dataset
watched: rows_before
message: {municipality}: форма «{subject}» за первое полугодие {year} года прислана
  ({rows_before:строка,строки,строк}), а за второе — нет.
*/
with
sent_rows as (
    select
        'passport_organizations' as dataset,
        organizations.municipality,
        passports.year,
        passports.half,
        passports.organization_id,
        passports.batch,
        passports.source_row
    from passport_organizations as passports
    inner join organizations on passports.organization_id = organizations.organization_id
    union all
    select
        'passport_municipalities' as dataset,
        municipality,
        year,
        half,
        null as organization_id,
        batch,
        source_row
    from passport_municipalities
    union all
    select
        'assignments' as dataset,
        organizations.municipality,
        assignments.year,
        assignments.half,
        assignments.organization_id,
        assignments.batch,
        assignments.source_row
    from assignments
    inner join organizations on assignments.organization_id = organizations.organization_id
),

-- Nothing is missing before the round of the half-year is over.
finished_years as (
    select
        half_years.region_id,
        half_years.year
    from half_years
    anti join rounds
        on
            half_years.region_id = rounds.region_id
            and half_years.year = rounds.year
            and half_years.half = rounds.half
            and rounds.closed_on is null
    where half_years.half = 2
)

select
    first_half.municipality as territory_id,
    first_half.year,
    2 as half,
    null as organization_id,
    first_half.dataset as subject,
    count(*) as rows_before,
    list({
        'dataset': first_half.dataset,
        'batch': first_half.batch,
        'source_row': first_half.source_row,
        'organization_id': first_half.organization_id,
        'person': null
    }) as evidence
from sent_rows as first_half
inner join finished_years as finished
    on region_of(first_half.municipality) = finished.region_id and first_half.year = finished.year
anti join sent_rows as second_half
    on
        first_half.dataset = second_half.dataset
        and first_half.municipality = second_half.municipality
        and first_half.year = second_half.year
        and second_half.half = 2
where first_half.half = 1
group by first_half.municipality, first_half.year, first_half.dataset
