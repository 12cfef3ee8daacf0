-- One row per part of the passport that is counted in organizations, records or fields, half-year and territory that
-- owes it (the region's own parts under its code): how many are expected and how many are there.
create or replace temp view passport_fractions as
with
registered_organizations as (
    select
        organizations.organization_id,
        organizations.municipality as place,
        organizations.kind,
        half_years.year,
        half_years.half
    from temp.organizations as organizations
    inner join temp.half_years as half_years on region_of(organizations.municipality) = half_years.region_id
),

tested_organizations as (
    select distinct
        organization_id,
        year
    from temp.outcomes
)

select
    'staff_reports' as part,
    register.place,
    register.year,
    register.half,
    count(*) as expected,
    count(sent.organization_id) as present
from registered_organizations as register
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
from registered_organizations as register
left join tested_organizations as results
    on register.organization_id = results.organization_id and register.year = results.year
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
inner join passport_owners as owners
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
group by territory_id, year, half;
