/*
title: Маршруты без диагностики
why: Индивидуальный маршрут строится по итогам диагностики. Маршрут человека, у которого до этого дня нет диагностики,
  в показатель не входит: не прислана диагностика или перепутан человек.
advice: Запросите результаты диагностики этих людей или проверьте СНИЛС и коды в списке маршрутов.
severity: warning
position: 40
datasets: routes diagnostics
subject: none
watched: routes
message: {municipality}: у {routes:маршрута,маршрутов,маршрутов} за {period} в
  {organizations:организации,организациях,организациях} нет диагностики того же человека на дату разработки или раньше.
*/
select
    organizations.municipality as territory_id,
    half_years.year,
    half_years.half,
    null as organization_id,
    null as subject,
    count(*) as routes,
    count(distinct routes.organization_id) as organizations,
    list({
        'dataset': 'routes',
        'batch': routes.batch,
        'source_row': routes.source_row,
        'organization_id': routes.organization_id,
        'person': routes.person
    }) as evidence
from routes
inner join organizations on routes.organization_id = organizations.organization_id
-- A route is looked at once, in the half-year in which it was made, not in the whole window.
inner join half_years
    on
        region_of(organizations.municipality) = half_years.region_id
        and year(routes.created_on) = half_years.year
        and case when month(routes.created_on) <= 6 then 1 else 2 end = half_years.half
left join first_diagnostics on routes.person = first_diagnostics.person
where first_diagnostics.first_on is null or first_diagnostics.first_on > routes.created_on
group by organizations.municipality, half_years.year, half_years.half
