-- One row per territory whose organizations reported for a half-year and step of the way from staff to attestation: how
-- many people passed this step and all earlier ones.
--   0 staff      pedagogical staff and managers of the reporting organizations (a sum of their passports, not a list)
--   1 diagnosed  people with a diagnostics row in the window
--   2 deficit    those of them in whom the window shows a deficit
--   3 route      those for whom a route was made in the window, not before the first such deficit
--   4 trained    those who finished in the window a programme for one of these deficits, begun not before it was found
--   5 attested   those who passed the attestation of such a programme
-- Coverage is matched at the entrance: a person enters where a diagnostics row of a reporting organization is, once in
-- every territory. The later steps belong to the person, in whatever organization they are recorded, so each step is a
-- part of the one before.
create table cascade as
with
windows as (
    select distinct
        year,
        half,
        window_start,
        cutoff
    from temp.half_years
),

deficits as (
    select
        windows.year,
        windows.half,
        diagnostics.person,
        diagnostics.competency,
        min(diagnostics.date) as found_on
    from temp.diagnostics
    inner join windows on diagnostics.date between windows.window_start and windows.cutoff
    where diagnostics.deficit
    group by windows.year, windows.half, diagnostics.person, diagnostics.competency
),

people_with_deficits as (
    select
        year,
        half,
        person,
        min(found_on) as found_on
    from deficits
    group by year, half, person
),

people_with_routes as (
    select distinct
        deficient.year,
        deficient.half,
        deficient.person
    from people_with_deficits as deficient
    inner join windows on deficient.year = windows.year and deficient.half = windows.half
    inner join temp.routes on deficient.person = routes.person
    where routes.created_on between deficient.found_on and windows.cutoff
),

people_trained as (
    select
        deficits.year,
        deficits.half,
        deficits.person,
        bool_or(coalesce(training.attestation_passed, false)) as attested
    from deficits
    inner join windows on deficits.year = windows.year and deficits.half = windows.half
    inner join temp.training
        on deficits.person = training.person and deficits.found_on <= training.started_on
    inner join temp.program_competencies
        on
            training.program_id = program_competencies.program_id
            and deficits.competency = program_competencies.competency
    where training.finished_on <= windows.cutoff
    group by deficits.year, deficits.half, deficits.person
),

diagnosed_members as (
    select distinct
        reporting.region_id,
        reporting.organization_id,
        reporting.year,
        reporting.half,
        diagnosed_people.person
    from temp.diagnosed_people
    inner join temp.reporting_organizations as reporting
        on
            diagnosed_people.organization_id = reporting.organization_id
            and diagnosed_people.year = reporting.year
            and diagnosed_people.first_on <= reporting.cutoff
),

member_progress as (
    select
        diagnosed.*,
        case
            when deficient.person is null then 1
            when routed.person is null then 2
            when matched.person is null then 3
            when matched.attested then 5
            else 4
        end as farthest
    from diagnosed_members as diagnosed
    left join people_with_deficits as deficient
        on
            diagnosed.year = deficient.year
            and diagnosed.half = deficient.half
            and diagnosed.person = deficient.person
    left join people_with_routes as routed
        on diagnosed.year = routed.year and diagnosed.half = routed.half and diagnosed.person = routed.person
    left join people_trained as matched
        on diagnosed.year = matched.year and diagnosed.half = matched.half and diagnosed.person = matched.person
),

people_in_territories as (
    select distinct
        territories.level,
        territories.territory_id,
        progress.year,
        progress.half,
        progress.person,
        progress.farthest
    from member_progress as progress
    inner join temp.organization_territories as territories
        on progress.organization_id = territories.organization_id
),

people_counts as (
    select
        level,
        territory_id,
        year,
        half,
        count(*) as diagnosed,
        count(*) filter (where farthest >= 2) as deficit,
        count(*) filter (where farthest >= 3) as route,
        count(*) filter (where farthest >= 4) as trained,
        count(*) filter (where farthest >= 5) as attested
    from people_in_territories
    group by level, territory_id, year, half
),

steps as (
    select unnest(['staff', 'diagnosed', 'deficit', 'route', 'trained', 'attested']) as step
)

select
    staff.region_id,
    staff.level,
    staff.territory_id,
    staff.year,
    staff.half,
    list_position(['staff', 'diagnosed', 'deficit', 'route', 'trained', 'attested'], steps.step) - 1 as position,
    steps.step,
    cast(
        case steps.step
            when 'staff' then staff.pedagogical_staff + staff.managers
            when 'diagnosed' then coalesce(counted.diagnosed, 0)
            when 'deficit' then coalesce(counted.deficit, 0)
            when 'route' then coalesce(counted.route, 0)
            when 'trained' then coalesce(counted.trained, 0)
            else coalesce(counted.attested, 0)
        end as bigint
    ) as people
from temp.territory_staff as staff
cross join steps
left join people_counts as counted
    on
        staff.level = counted.level
        and staff.territory_id = counted.territory_id
        and staff.year = counted.year
        and staff.half = counted.half
order by staff.region_id, staff.level, staff.year, staff.half, staff.territory_id, position;
