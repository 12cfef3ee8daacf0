/*
title: Количество педагогов, закреплённых за одним региональным методистом
short: Педагогов на рег. методиста
unit: чел.
kind: ratio
better: lower
levels: R M
decimals: 1
theme: Методисты
position: 31
sources: L 6.1; M показатель 5
numerator: Педагоги организаций территории, закреплённые в этом полугодии за действующими региональными методистами
denominator: Действующие региональные методисты, за которыми в территории закреплён хотя бы один педагог
counted: методист, методиста, методистов
row_source: assignments; methodist_level=региональный; counts=teachers
note: Методист действует, если включён в актив не позже последнего дня полугодия и на этот день не исключён
    (исключённый в сам этот день не действует). Территория определяется по организации, за которой методист
    закреплён. Паспорт организации не требуется: знаменатель — не кадровый состав. Методист, работающий в нескольких
    муниципалитетах, в регионе считается один раз.
*/
select
    assigned.year,
    assigned.half,
    territories.level,
    territories.territory_id,
    sum(assigned.teachers_assigned) as numerator,
    count(distinct assigned.methodist_id) filter (where assigned.teachers_assigned > 0) as denominator
from active_assignments as assigned
inner join organization_territories as territories on assigned.organization_id = territories.organization_id
where assigned.methodist_level = 'региональный' and territories.level in ('R', 'M')
group by assigned.year, assigned.half, territories.level, territories.territory_id
