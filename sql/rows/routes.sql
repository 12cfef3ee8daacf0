/*
title: Индивидуальные образовательные маршруты
dataset: routes
access: people
subject: педагог, педагога, педагогов
shows: route_id person role created_on status closed_on
why_later: Маршрут разработан позже конца полугодия.
why_undiagnosed: У человека нет диагностики не позже дня разработки маршрута.
why_silent: Организация не прислала паспорт за это полугодие.
*/
with
route_rows as (
    select
        routes.*,
        period.cutoff
    from facts.routes as routes
    inner join organizations_in_view on routes.organization_id = organizations_in_view.organization_id
    cross join period
    where year(routes.created_on) = period.year
),

first_diagnostics as (
    select
        diagnostics.person,
        min(diagnostics.date) as first_on
    from facts.diagnostics as diagnostics
    where diagnostics.person in (select chosen.person from route_rows as chosen)
    group by diagnostics.person
)

select
    chosen.organization_id,
    chosen.person as subject,
    1 as weight,
    case
        when chosen.created_on > chosen.cutoff then 'later'
        when first_diagnostics.first_on is null or first_diagnostics.first_on > chosen.created_on then 'undiagnosed'
        when passports.organization_id is null then 'silent'
    end as reason,
    chosen.batch,
    chosen.source_row,
    chosen.route_id,
    chosen.person,
    chosen.role,
    chosen.created_on,
    chosen.status,
    chosen.closed_on
from route_rows as chosen
left join first_diagnostics on chosen.person = first_diagnostics.person
left join passports on chosen.organization_id = passports.organization_id
