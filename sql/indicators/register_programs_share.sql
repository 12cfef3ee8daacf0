/*
title: Доля программ ДПО, включённых в Федеральный реестр
short: Программы в ФР
unit: %
kind: share
better: higher
levels: R
decimals: 1
theme: Обучение
position: 26
sources: I приложение 1
numerator: Реализуемые программы, включённые в Федеральный реестр не позже конца полугодия
denominator: Программы, реализуемые с начала года по конец полугодия
counted: программа, программы, программ
row_source: programs; counted_by=register
open_base: считаются программы
note: Программа реализуется, если её срок хотя бы одним днём приходится на это время; программа без даты окончания
    продолжается.
*/
select
    year,
    half,
    'R' as level,
    region_id as territory_id,
    count(*) filter (where registered_on <= cutoff) as numerator,
    count(*) as denominator
from running_programs
group by year, half, region_id
