/*
title: Количество управленческих команд, прошедших повышение квалификации
short: Обучено команд
unit: ед.
kind: count
better: higher
levels: R M
decimals: 0
theme: Обучение
position: 23
sources: L 6.1
numerator: Управленческие команды, участник которых с начала года завершил обучение по программе ДПО
denominator: нет: значение — само количество
counted: команда, команды, команд
row_source: team_training; coverage=any
note: Команда узнаётся по коду в данных об обучении и в каждой территории считается один раз. Обученной считается
    команда, в которой обучение завершил хотя бы один участник. Сдача паспорта организацией не требуется. Если
    регион не загружал данных об обучении, значения нет.
no_target: Положение Ленинградской области не задаёт число; Московская и Ивановская области задают цель по доле
    команд, а не по их количеству.
*/
with
team_counts as (
    select
        half_years.year,
        half_years.half,
        territories.level,
        territories.territory_id,
        count(distinct trained_teams.team_id) as numerator
    from trained_teams
    inner join organization_territories as territories on trained_teams.organization_id = territories.organization_id
    inner join half_years on territories.region_id = half_years.region_id and trained_teams.year = half_years.year
    where trained_teams.first_on <= half_years.cutoff
    group by half_years.year, half_years.half, territories.level, territories.territory_id
)

from counts_of_sent('team_counts', 'training')
where level in ('R', 'M')
