/*
title: Количество усовершенствованных компетенций в рамках реализации программ ДПО
short: Усовершенств. компетенции
unit: ед.
kind: count
better: higher
levels: R M
decimals: 0
theme: Обучение
position: 27
sources: I приложение 1
numerator: Разные компетенции программ, обучение по которым с начала года завершено с итоговой аттестацией
denominator: нет: значение — само количество
counted: компетенция, компетенции, компетенций
row_source: improved_competencies
note: Компетенции берутся из справочника установки; цель Ивановской области (50–70) достижима только с перечнем не
    короче её. Федеральный реестр и диагностика не требуются. Если регион не загружал данных об обучении, значения
    нет.
*/
with
passed_programs as (
    select
        organization_id,
        program_id,
        year(finished_on) as year,
        min(finished_on) as first_on
    from training
    where attestation_passed
    group by organization_id, program_id, year(finished_on)
),

improved_in_territories as (
    select
        territories.region_id,
        territories.level,
        territories.territory_id,
        program_competencies.competency,
        passed.year,
        min(passed.first_on) as first_on
    from passed_programs as passed
    inner join program_competencies on passed.program_id = program_competencies.program_id
    inner join organization_territories as territories on passed.organization_id = territories.organization_id
    where territories.level in ('R', 'M')
    group by
        territories.region_id,
        territories.level,
        territories.territory_id,
        program_competencies.competency,
        passed.year
),

competency_counts as (
    select
        half_years.year,
        half_years.half,
        improved.level,
        improved.territory_id,
        count(*) as numerator
    from improved_in_territories as improved
    inner join half_years on improved.region_id = half_years.region_id and improved.year = half_years.year
    where improved.first_on <= half_years.cutoff
    group by half_years.year, half_years.half, improved.level, improved.territory_id
)

from counts_of_sent('competency_counts', 'training')
where level in ('R', 'M')
