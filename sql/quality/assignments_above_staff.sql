/*
title: Закреплено больше педагогов, чем работает
why: За методистами одного уровня педагог закрепляется один раз. Если закреплено больше, чем работает, кто-то посчитан
  дважды, и нагрузка на методиста завышена.
advice: Сверьте закрепление с кадровым составом организации за то же полугодие.
severity: warning
position: 30
datasets: assignments passport_organizations methodists
subject: methodist_level
watched: assigned staff
message: {organization}: за методистами ({subject} уровень) за {period} {assigned=закреплён,закреплены,закреплено}
  {assigned:педагог,педагога,педагогов}, а по кадровому составу {staff=работает,работают,работают}
  {staff:педагог,педагога,педагогов}.
*/
select
    organizations.municipality as territory_id,
    reporting.year,
    reporting.half,
    reporting.organization_id,
    methodists.level as subject,
    cast(sum(assignments.teachers_assigned) as bigint) as assigned,
    any_value(reporting.pedagogical_staff) as staff,
    list({
        'dataset': 'assignments',
        'batch': assignments.batch,
        'source_row': assignments.source_row,
        'organization_id': assignments.organization_id,
        'person': null
    }) as evidence
from assignments
inner join methodists on assignments.methodist_id = methodists.methodist_id
inner join organizations on assignments.organization_id = organizations.organization_id
inner join reporting_organizations as reporting
    on
        assignments.organization_id = reporting.organization_id
        and assignments.year = reporting.year
        and assignments.half = reporting.half
where assignments.teachers_assigned > 0
group by organizations.municipality, reporting.year, reporting.half, reporting.organization_id, methodists.level
having sum(assignments.teachers_assigned) > any_value(reporting.pedagogical_staff)
