/*
title: Обучение в организациях без кадрового состава
why: Доли считаются только по организациям, приславшим кадровый состав за полугодие. Обученные в остальных не попадают
  ни в числитель, ни в знаменатель, и работа муниципалитета остаётся незамеченной.
advice: Запросите кадровый состав организации за это полугодие или исправьте её код в сведениях об обучении.
severity: warning
position: 10
datasets: training passport_organizations
subject: none
watched: trained organizations
message: {organization}: {trained=обучен,обучены,обучено} {trained:человек,человека,человек}, но кадрового состава за
  {period} нет; в показатели эти сведения не входят.
message_whole: {municipality}: кадровый состав за {period} не прислала ни одна организация, а в
  {organizations:организации,организациях,организациях} {trained=обучен,обучены,обучено}
  {trained:человек,человека,человек}; в показатели эти сведения не входят.
*/
with
silent_organizations as (
    select
        organizations.organization_id,
        organizations.municipality,
        half_years.year,
        half_years.half,
        half_years.window_start,
        half_years.cutoff,
        -- Where a municipality is silent as a whole, one finding says so instead of forty.
        case when coverage.reporting > 0 then organizations.organization_id end as named_organization
    from organizations
    inner join half_years on region_of(organizations.municipality) = half_years.region_id
    inner join territory_coverage as coverage
        on
            coverage.level = 'M'
            and organizations.municipality = coverage.territory_id
            and half_years.year = coverage.year
            and half_years.half = coverage.half
    anti join reporting_organizations as reporting
        on
            organizations.organization_id = reporting.organization_id
            and half_years.year = reporting.year
            and half_years.half = reporting.half
)

select
    silent.municipality as territory_id,
    silent.year,
    silent.half,
    silent.named_organization as organization_id,
    null as subject,
    count(distinct training.person) as trained,
    count(distinct training.organization_id) as organizations,
    list({
        'dataset': 'training',
        'batch': training.batch,
        'source_row': training.source_row,
        'organization_id': training.organization_id,
        'person': training.person
    }) as evidence
from silent_organizations as silent
inner join training
    on
        silent.organization_id = training.organization_id
        and training.finished_on between silent.window_start and silent.cutoff
group by silent.municipality, silent.year, silent.half, silent.named_organization
