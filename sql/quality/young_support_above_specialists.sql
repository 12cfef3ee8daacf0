/*
title: Поддержано больше молодых педагогов, чем есть
why: Доля молодых педагогов с поддержкой не может быть больше 100 %. Обычно в кадровом составе не указаны молодые
  специалисты или поддержка записана за теми, кто уже старше или работает дольше трёх лет.
advice: Сверьте число педагогов до 35 лет в кадровом составе со списком поддержки.
severity: warning
position: 20
datasets: young_support passport_organizations
subject: none
watched: supported specialists
message: {organization}: поддержку за {period} {supported=получил,получили,получили}
  {supported:молодой педагог,молодых педагога,молодых педагогов}, а по кадровому составу их {specialists}.
*/
select
    organizations.municipality as territory_id,
    reporting.year,
    reporting.half,
    reporting.organization_id,
    null as subject,
    count(distinct support.person) as supported,
    any_value(reporting.young_specialists) as specialists,
    list({
        'dataset': 'young_support',
        'batch': support.batch,
        'source_row': support.source_row,
        'organization_id': support.organization_id,
        'person': support.person
    }) as evidence
from young_support as support
inner join organizations on support.organization_id = organizations.organization_id
inner join reporting_organizations as reporting
    on
        support.organization_id = reporting.organization_id
        and support.started_on <= reporting.cutoff
        and (support.finished_on is null or support.finished_on >= reporting.window_start)
group by organizations.municipality, reporting.year, reporting.half, reporting.organization_id
having count(distinct support.person) > any_value(reporting.young_specialists)
