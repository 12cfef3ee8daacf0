/*
title: Доля управленческих команд, повысивших квалификацию, нарастающим итогом
short: Обучено команд (накопл.)
unit: %
kind: share
better: higher
levels: R M
base_year: 2022
decimals: 1
theme: Обучение
position: 25
sources: M показатель 4
numerator: Управленческие команды, участник которых с 1 января базового года завершил обучение по программе ДПО
denominator: Управленческие команды, всего
counted: команда, команды, команд
passport: management_teams
row_source: team_training; coverage=matched
open_base: считаются управленческие команды, а не люди
note: Обученной считается команда, в которой обучение завершил хотя бы один участник; в каждой территории команда
    считается один раз. Знаменатель — команды на конец полугодия. До базового года значения нет. Учтены только
    организации, приславшие паспорт за это полугодие, и в числителе, и в знаменателе.
*/
with
first_trained as (
    select
        organization_id,
        team_id,
        min(first_on) as first_on
    from trained_teams
    where year >= $base_year
    group by organization_id, team_id
),

trained as (
    select
        reporting.organization_id,
        reporting.year,
        reporting.half,
        first_trained.team_id
    from first_trained
    inner join reporting_organizations as reporting on first_trained.organization_id = reporting.organization_id
    where first_trained.first_on <= reporting.cutoff
),

counted as (
    select
        trained.year,
        trained.half,
        territories.level,
        territories.territory_id,
        count(distinct trained.team_id) as numerator
    from trained
    inner join organization_territories as territories on trained.organization_id = territories.organization_id
    group by trained.year, trained.half, territories.level, territories.territory_id
)

select
    staff.year,
    staff.half,
    staff.level,
    staff.territory_id,
    coalesce(counted.numerator, 0) as numerator,
    staff.management_teams as denominator
from territory_staff as staff
left join counted
    on
        staff.level = counted.level
        and staff.territory_id = counted.territory_id
        and staff.year = counted.year
        and staff.half = counted.half
where staff.level in ('R', 'M') and staff.year >= $base_year
