/*
title: Педагоги не закреплены за методистами
finding: На {cutoff} не закреплены ни за региональным, ни за муниципальным методистом не менее
  {gap:педагога,педагогов,педагогов} из {denominator}.
counted: педагог, педагога, педагогов
evidence: methodists
note: Считается по организациям, приславшим паспорт; одни и те же люди могут быть закреплены за двумя
  методистами, поэтому число — наименьшее возможное.
*/
select
    uncovered.region_id,
    'M' as level,
    uncovered.municipality_id as territory_id,
    uncovered.year,
    uncovered.half,
    '' as indicator,
    '' as subject,
    case when uncovered.with_nobody > 0 then 'raises' else 'clear' end as standing,
    uncovered.teachers - uncovered.with_nobody as numerator,
    uncovered.teachers as denominator,
    100.0 * (uncovered.teachers - uncovered.with_nobody) / uncovered.teachers as value,
    null as target,
    null as operator,
    null as verdict,
    uncovered.with_nobody as gap,
    100.0 * uncovered.with_nobody / uncovered.teachers as distance
from uncovered_teachers as uncovered
-- Where nobody is assigned to anyone in the whole region, the form has not been sent.
semi join temp.active_assignments as assigned
    on
        uncovered.region_id = assigned.region_id
        and uncovered.year = assigned.year
        and uncovered.half = assigned.half
where uncovered.teachers > 0
