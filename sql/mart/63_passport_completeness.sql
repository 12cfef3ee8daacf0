-- One row per half-year of a region, part of the passport and territory that owes it (the region's own parts under its
-- code): how much is expected and how much of it is there, in organizations, records or fields; 1 where the territory
-- itself is what is counted. A part of which a territory has nothing to send has no row.
create table passport_completeness as
with
owners as (
    select
        universe.region_id,
        universe.level,
        universe.territory_id as place,
        universe.year,
        universe.half,
        universe.window_start,
        universe.cutoff
    from temp.territory_half_years as universe
    where universe.level in ('R', 'M')
),

register as (
    select
        organizations.organization_id,
        organizations.municipality as place,
        organizations.kind,
        half_years.year,
        half_years.half
    from temp.organizations as organizations
    inner join temp.half_years as half_years on left(organizations.municipality, 2) || '000000' = half_years.region_id
),

results as (
    select distinct
        organization_id,
        year
    from temp.outcomes
),

measured as (
    select
        'staff_reports' as part,
        register.place,
        register.year,
        register.half,
        count(*) as expected,
        count(sent.organization_id) as present
    from register
    left join temp.passport_organizations as sent
        on
            register.organization_id = sent.organization_id
            and register.year = sent.year
            and register.half = sent.half
    group by register.place, register.year, register.half
    union all
    select
        'outcomes' as part,
        register.place,
        register.year,
        register.half,
        count(*) as expected,
        count(results.organization_id) as present
    from register
    left join results on register.organization_id = results.organization_id and register.year = results.year
    where register.kind = 'школа'
    group by register.place, register.year, register.half
    union all
    select
        'program_developers' as part,
        running.region_id as place,
        running.year,
        running.half,
        count(*) as expected,
        count(programs.developer) as present
    from temp.running_programs as running
    inner join temp.programs as programs on running.program_id = programs.program_id
    group by running.region_id, running.year, running.half
    union all
    select
        'infrastructure_fields' as part,
        municipality as place,
        year,
        half,
        3 as expected,
        cast(service_staff is not null as integer)
        + cast(resource_centers is not null as integer)
        + cast(methodical_associations is not null as integer) as present
    from temp.passport_municipalities
    union all
    select
        'event_participants' as part,
        owners.place,
        owners.year,
        owners.half,
        count(*) as expected,
        count(events.participants) as present
    from temp.events as events
    inner join owners
        on events.territory = owners.place and events.date between owners.window_start and owners.cutoff
    group by owners.place, owners.year, owners.half
    union all
    select
        'indicators' as part,
        territory_id as place,
        year,
        half,
        count(*) as expected,
        count(value) as present
    from indicator_values
    where level in ('R', 'M')
    group by territory_id, year, half
),

filled as (
    select distinct
        'municipal_methodists' as part,
        municipality as place,
        year,
        half
    from temp.active_methodists
    where level = 'муниципальный'
    union all
    select distinct
        'assignments' as part,
        organizations.municipality as place,
        assignments.year,
        assignments.half
    from temp.assignments as assignments
    inner join temp.organizations as organizations on assignments.organization_id = organizations.organization_id
    union all
    select
        'training' as part,
        territory_id as place,
        year,
        half
    from training_totals
    where level = 'M'
    union all
    select
        'infrastructure_reports' as part,
        municipality as place,
        year,
        half
    from temp.passport_municipalities
    union all
    select distinct
        'registry' as part,
        owners.place,
        owners.year,
        owners.half
    from temp.registry as registry
    inner join owners
        on
            registry.territory = owners.place
            and registry.since <= owners.cutoff
            and (registry.until is null or registry.until > owners.cutoff)
    union all
    select
        'events' as part,
        territory_id as place,
        year,
        half
    from passport_totals
    where level = 'M' and events > 0
    union all
    select
        'young_support' as part,
        territory_id as place,
        year,
        half
    from support_totals
    where level = 'M'
    union all
    select
        'program_list' as part,
        territory_id as place,
        year,
        half
    from passport_totals
    where level = 'R' and programs > 0
    union all
    select distinct
        'finance' as part,
        owners.place,
        owners.year,
        owners.half
    from temp.passport_finance as finance
    inner join owners on finance.territory = owners.place and finance.year = owners.year
    union all
    select distinct
        'resources' as part,
        owners.place,
        owners.year,
        owners.half
    from temp.passport_resources as resources
    inner join owners on resources.territory = owners.place
    union all
    select distinct
        'roadmap' as part,
        owners.place,
        owners.year,
        owners.half
    from temp.roadmap as roadmap
    inner join owners on roadmap.territory = owners.place
),

asked as (
    select
        parts.part,
        owners.place,
        owners.year,
        owners.half
    from owners
    inner join
        (
            values
            ('municipal_methodists', 'M'),
            ('assignments', 'M'),
            ('training', 'M'),
            ('infrastructure_reports', 'M'),
            ('registry', 'M'),
            ('events', 'M'),
            ('young_support', 'M'),
            ('finance', 'M'),
            ('resources', 'M'),
            ('roadmap', 'M'),
            ('program_list', 'R'),
            ('finance', 'R'),
            ('resources', 'R'),
            ('roadmap', 'R')
        ) as parts (part, level)
        on owners.level = parts.level
),

counted as (
    select
        asked.part,
        asked.place,
        asked.year,
        asked.half,
        1 as expected,
        cast(filled.place is not null as integer) as present
    from asked
    left join filled
        on
            asked.part = filled.part
            and asked.place = filled.place
            and asked.year = filled.year
            and asked.half = filled.half
    union all
    select
        part,
        place,
        year,
        half,
        expected,
        present
    from measured
)

select
    owners.region_id,
    counted.year,
    counted.half,
    counted.part,
    counted.place as territory_id,
    counted.expected,
    counted.present
from counted
inner join owners
    on counted.place = owners.place and counted.year = owners.year and counted.half = owners.half
order by owners.region_id, counted.year, counted.half, counted.part, counted.place;
