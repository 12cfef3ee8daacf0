/*
title: На выявленный дефицит нет программы
finding: За {period} по компетенции «{competency}» дефицит без обучения остаётся у
  {gap:педагога,педагогов,педагогов}, а действующей программы ДПО на неё нет (проверено
  {assessed:педагог,педагога,педагогов}).
counted: педагог, педагога, педагогов
evidence: deficits
note: Люди считаются по последнему измерению; программа — действующая в области с 1 января.
*/
select
    region_id,
    level,
    territory_id,
    year,
    half,
    '' as indicator,
    competency as subject,
    case when without_program > 0 then 'raises' else 'clear' end as standing,
    with_deficit as numerator,
    assessed as denominator,
    100.0 * with_deficit / assessed as value,
    null as target,
    null as operator,
    null as verdict,
    without_program as gap,
    100.0 * with_deficit / assessed as distance,
    assessed,
    name as competency
from deficits
where competency <> '' and assessed > 0
