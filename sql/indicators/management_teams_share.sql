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
teams as (
    select
        organization_id,
        team_id as unit,
        year,
        first_on
    from trained_teams
)

select
    *,
    management_teams as denominator
from counts_within_year('teams')
where level in ('R', 'M')
