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
teams as (
    select
        organization_id,
        team_id as unit,
        first_on
    from trained_teams
    where year >= $base_year
)

select
    *,
    management_teams as denominator
from counts_for_ever('teams')
where level in ('R', 'M') and year >= $base_year
