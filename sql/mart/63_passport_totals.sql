-- One row per half-year of a region and territory (region, municipality): the totals of the passport's sections. What
-- gathers over a year is counted from 1 January to the cut-off; missing where nothing was sent. Programmes are those of
-- the region for every territory of it; money is of the whole year; resources have no date.
create table passport_totals as
with
places as (
    select
        territory_id as place,
        'M' as level,
        territory_id
    from temp.territories
    where level = 'M'
    union all
    select
        territory_id as place,
        'R' as level,
        region_id as territory_id
    from temp.territories
    where level in ('R', 'M')
),

methodists as (
    select
        places.level,
        places.territory_id,
        active.year,
        active.half,
        count(*) filter (where active.level = 'региональный') as regional_methodists,
        count(*) filter (where active.level = 'муниципальный') as municipal_methodists
    from temp.active_methodists as active
    inner join places on active.municipality = places.place
    group by places.level, places.territory_id, active.year, active.half
),

programs as (
    select
        running.region_id,
        running.year,
        running.half,
        count(*) as programs,
        count(*) filter (where programs.kind = 'ПК') as programs_short,
        count(*) filter (where programs.kind = 'ПП') as programs_long,
        count(*) filter (where running.registered_on <= running.cutoff) as programs_registered,
        count(*) filter (where running.lms_on <= running.cutoff) as programs_distant,
        avg(programs.hours) as program_hours
    from temp.running_programs as running
    inner join temp.programs as programs on running.program_id = programs.program_id
    group by running.region_id, running.year, running.half
),

infrastructure as (
    select
        places.level,
        places.territory_id,
        sent.year,
        sent.half,
        count(*) as infrastructure_reports,
        count(*) filter (where sent.methodical_service) as municipal_services,
        cast(sum(sent.service_staff) as bigint) as service_staff,
        count(*) filter (where sent.methodical_council) as councils,
        cast(sum(sent.resource_centers) as bigint) as resource_centers,
        cast(sum(sent.methodical_associations) as bigint) as associations,
        count(*) filter (where sent.mutual_learning) as mutual_learning,
        count(*) filter (where sent.roadmap_approved) as roadmaps_approved,
        count(sent.agreement_on) as agreements
    from temp.passport_municipalities as sent
    inner join places on sent.municipality = places.place
    group by places.level, places.territory_id, sent.year, sent.half
),

registry as (
    select
        places.level,
        places.territory_id,
        half_years.year,
        half_years.half,
        count(*) filter (where registry.kind = 'практика') as practices,
        count(*) filter (where registry.kind = 'стажировочная площадка') as training_sites,
        count(*) filter (where registry.kind = 'профессиональное сообщество') as communities,
        count(*) filter (where registry.kind = 'инновационная площадка') as innovation_sites
    from temp.registry as registry
    inner join places on registry.territory = places.place
    inner join temp.half_years as half_years
        on
            region_of(registry.territory) = half_years.region_id
            and registry.since <= half_years.cutoff
            and (registry.until is null or registry.until > half_years.cutoff)
    group by places.level, places.territory_id, half_years.year, half_years.half
),

money as (
    select
        places.level,
        places.territory_id,
        finance.year,
        sum(finance.planned_rub) as planned_rub,
        sum(finance.spent_rub) as spent_rub
    from temp.passport_finance as finance
    inner join places on finance.territory = places.place
    group by places.level, places.territory_id, finance.year
),

events as (
    select
        places.level,
        places.territory_id,
        half_years.year,
        half_years.half,
        count(*) as events,
        cast(sum(events.participants) as bigint) as participants
    from temp.events as events
    inner join places on events.territory = places.place
    inner join temp.half_years as half_years
        on
            region_of(events.territory) = half_years.region_id
            and events.date between half_years.window_start and half_years.cutoff
    group by places.level, places.territory_id, half_years.year, half_years.half
),

resources as (
    select
        places.level,
        places.territory_id,
        count(*) as resources,
        count(*) filter (where resources.kind = 'сайт') as sites,
        count(*) filter (where resources.kind = 'СДО') as learning_systems,
        count(*) filter (where resources.kind = 'база данных') as databases
    from temp.passport_resources as resources
    inner join places on resources.territory = places.place
    group by places.level, places.territory_id
)

select
    universe.region_id,
    universe.level,
    universe.territory_id,
    universe.year,
    universe.half,
    coverage.expected as organizations,
    staff.reporting,
    staff.pedagogical_staff,
    staff.teachers,
    staff.managers,
    staff.young_specialists,
    staff.management_teams,
    staff.methodical_services as organization_services,
    methodists.regional_methodists,
    methodists.municipal_methodists,
    programs.programs,
    programs.programs_short,
    programs.programs_long,
    programs.programs_registered,
    programs.programs_distant,
    programs.program_hours,
    training.trained,
    training.attested,
    training.programs as programs_studied,
    infrastructure.infrastructure_reports,
    infrastructure.municipal_services,
    infrastructure.service_staff,
    infrastructure.councils,
    infrastructure.resource_centers,
    infrastructure.associations,
    infrastructure.mutual_learning,
    infrastructure.roadmaps_approved,
    infrastructure.agreements,
    registry.practices,
    registry.training_sites,
    registry.communities,
    registry.innovation_sites,
    money.planned_rub,
    money.spent_rub,
    100.0 * money.spent_rub / nullif(money.planned_rub, 0) as spent_share,
    events.events,
    events.participants,
    young.young_supported,
    resources.resources,
    resources.sites,
    resources.learning_systems,
    resources.databases
from temp.territory_half_years as universe
left join temp.territory_coverage as coverage
    on
        universe.level = coverage.level
        and universe.territory_id = coverage.territory_id
        and universe.year = coverage.year
        and universe.half = coverage.half
left join temp.territory_staff as staff
    on
        universe.level = staff.level
        and universe.territory_id = staff.territory_id
        and universe.year = staff.year
        and universe.half = staff.half
left join methodists
    on
        universe.level = methodists.level
        and universe.territory_id = methodists.territory_id
        and universe.year = methodists.year
        and universe.half = methodists.half
left join programs
    on
        universe.region_id = programs.region_id
        and universe.year = programs.year
        and universe.half = programs.half
left join training_totals as training
    on
        universe.level = training.level
        and universe.territory_id = training.territory_id
        and universe.year = training.year
        and universe.half = training.half
left join infrastructure
    on
        universe.level = infrastructure.level
        and universe.territory_id = infrastructure.territory_id
        and universe.year = infrastructure.year
        and universe.half = infrastructure.half
left join registry
    on
        universe.level = registry.level
        and universe.territory_id = registry.territory_id
        and universe.year = registry.year
        and universe.half = registry.half
left join money
    on
        universe.level = money.level
        and universe.territory_id = money.territory_id
        and universe.year = money.year
left join events
    on
        universe.level = events.level
        and universe.territory_id = events.territory_id
        and universe.year = events.year
        and universe.half = events.half
left join support_totals as young
    on
        universe.level = young.level
        and universe.territory_id = young.territory_id
        and universe.year = young.year
        and universe.half = young.half
left join resources
    on
        universe.level = resources.level
        and universe.territory_id = resources.territory_id
where universe.level in ('R', 'M')
order by universe.region_id, universe.year, universe.half, universe.level, universe.territory_id;
