/*
title: Школы с низкими результатами без методической помощи
finding: Из {denominator:школы,школ,школ} с низкими образовательными результатами помощи не получили {gap}. Без
  методиста — {without_methodist}, без обучения педагогов с начала {year} года — {without_training}.
counted: школа, школы, школ
evidence: municipality
note: Школа получает помощь, когда за методистом закреплены её педагоги и хотя бы один из них с 1 января
  закончил обучение. Считаются школы, приславшие паспорт.
*/
with
assisted_organizations as (
    select distinct
        organization_id,
        year,
        half
    from temp.active_assignments
    where teachers_assigned > 0
),

trained_organizations as (
    select distinct
        reporting.organization_id,
        reporting.year,
        reporting.half
    from temp.reporting_organizations as reporting
    inner join temp.training as training
        on
            reporting.organization_id = training.organization_id
            and training.finished_on between reporting.window_start and reporting.cutoff
),

schools as (
    select
        reporting.region_id,
        organizations.municipality as municipality_id,
        reporting.year,
        reporting.half,
        assisted.organization_id is not null as assisted,
        trained.organization_id is not null as trained
    from temp.reporting_organizations as reporting
    inner join temp.organizations as organizations on reporting.organization_id = organizations.organization_id
    left join assisted_organizations as assisted
        on
            reporting.organization_id = assisted.organization_id
            and reporting.year = assisted.year
            and reporting.half = assisted.half
    left join trained_organizations as trained
        on
            reporting.organization_id = trained.organization_id
            and reporting.year = trained.year
            and reporting.half = trained.half
    where organizations.low_results
),

school_counts as (
    select
        region_id,
        municipality_id,
        year,
        half,
        count(*) as schools,
        count(*) filter (where not (assisted and trained)) as uncovered,
        count(*) filter (where not assisted) as without_methodist,
        count(*) filter (where not trained) as without_training
    from schools
    group by region_id, municipality_id, year, half
)

select
    region_id,
    'M' as level,
    municipality_id as territory_id,
    year,
    half,
    '' as indicator,
    '' as subject,
    case when uncovered > 0 then 'raises' else 'clear' end as standing,
    schools - uncovered as numerator,
    schools as denominator,
    100.0 * (schools - uncovered) / schools as value,
    null as target,
    null as operator,
    null as verdict,
    uncovered as gap,
    100.0 * uncovered / schools as distance,
    without_methodist,
    without_training
from school_counts
