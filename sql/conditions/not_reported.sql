/*
title: Сведения прислали не все организации
finding: За {period} паспорт прислали {numerator} из {denominator:организации,организаций,организаций}; нет
  сведений ещё от {gap:организации,организаций,организаций}.
counted: организация, организации, организаций
evidence: rounds
note: Пока раунд открыт, сведения ещё не просрочены.
*/
select
    territories.region_id,
    coverage.level,
    coverage.territory_id,
    coverage.year,
    coverage.half,
    '' as indicator,
    '' as subject,
    case when coverage.reporting < coverage.expected then 'raises' else 'clear' end as standing,
    coverage.reporting as numerator,
    coverage.expected as denominator,
    100.0 * coverage.reporting / coverage.expected as value,
    null as target,
    null as operator,
    null as verdict,
    coverage.expected - coverage.reporting as gap,
    100.0 * (coverage.expected - coverage.reporting) / coverage.expected as distance
from temp.territory_coverage as coverage
inner join temp.territories as territories
    on coverage.level = territories.level and coverage.territory_id = territories.territory_id
anti join temp.rounds as rounds
    on
        territories.region_id = rounds.region_id
        and coverage.year = rounds.year
        and coverage.half = rounds.half
        and rounds.closed_on is null
where coverage.level = 'M' and coverage.expected > 0
