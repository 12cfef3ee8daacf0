/*
title: Доля педагогов, освоивших программы ДПО Федерального реестра, подобранные с учётом диагностики
short: Обучены по программам ФР
unit: %
kind: share
better: higher
levels: R M O
decimals: 1
theme: Обучение
position: 21
sources: L 6.1; I приложение 1
numerator: Педагогические работники (категории «учитель» и «педагог»), завершившие с начала года программу
    Федерального реестра, подобранную по диагностике, с итоговой аттестацией
denominator: Педагогические работники, всего
counted: человек, человека, человек
row_source: federal_training; roles=учитель,педагог
note: Программа подобрана с учётом диагностики, если не позже начала обучения у того же человека выявлен дефицит по
    одной из компетенций программы; диагностика засчитывается из любой организации. Программа должна быть включена в
    Федеральный реестр не позже дня окончания обучения. Учтены только организации, приславшие паспорт за это
    полугодие, и в числителе, и в знаменателе. Человек считается один раз в каждой территории, где он встречается,
    поэтому числитель региона не равен сумме по муниципалитетам.
*/
with
trained as (
    select
        reporting.organization_id,
        reporting.year,
        reporting.half,
        matched_training.person
    from matched_training
    inner join reporting_organizations as reporting
        on matched_training.organization_id = reporting.organization_id and matched_training.year = reporting.year
    where matched_training.first_on <= reporting.cutoff and matched_training.role in ('учитель', 'педагог')
),

counted as (
    select
        trained.year,
        trained.half,
        territories.level,
        territories.territory_id,
        count(distinct trained.person) as numerator
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
    staff.pedagogical_staff as denominator
from territory_staff as staff
left join counted
    on
        staff.level = counted.level
        and staff.territory_id = counted.territory_id
        and staff.year = counted.year
        and staff.half = counted.half
