/*
title: Доля управленческих команд, повысивших квалификацию
short: Доля обученных команд
unit: %
kind: share
better: higher
levels: R M
decimals: 1
theme: Обучение
position: 24
sources: I приложение 1
numerator: Управленческие команды, участник которых с начала года завершил обучение по программе ДПО
denominator: Управленческие команды, всего
counted: команда, команды, команд
passport: management_teams
row_source: team_training; coverage=matched
open_base: считаются управленческие команды, а не люди
note: Обученной считается команда, в которой обучение завершил хотя бы один участник; в каждой территории команда
    считается один раз. Учтены только организации, приславшие паспорт за это полугодие, и в числителе, и в
    знаменателе.
*/
with
trained as (
    select
        reporting.organization_id,
        reporting.year,
        reporting.half,
        trained_teams.team_id
    from trained_teams
    inner join reporting_organizations as reporting
        on trained_teams.organization_id = reporting.organization_id and trained_teams.year = reporting.year
    where trained_teams.first_on <= reporting.cutoff
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
where staff.level in ('R', 'M')
