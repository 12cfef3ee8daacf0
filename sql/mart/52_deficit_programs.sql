-- One row per region, half-year and programme that runs in its window: what it answers and how many people of the
-- region finished it in the window, of them with a deficit in one of its competencies found in the window before it
-- began (matched).
create table deficit_programs as
with
finished_trainings as (
    select
        half_years.region_id,
        half_years.year,
        half_years.half,
        half_years.window_start,
        training.program_id,
        training.person,
        training.started_on
    from temp.training
    inner join temp.organization_territories as territories
        on training.organization_id = territories.organization_id and territories.level = 'R'
    inner join temp.half_years
        on
            territories.region_id = half_years.region_id
            and training.finished_on between half_years.window_start and half_years.cutoff
),

people_counts as (
    select
        region_id,
        year,
        half,
        program_id,
        count(distinct person) as trained
    from finished_trainings
    group by region_id, year, half, program_id
),

matched_counts as (
    select
        finished.region_id,
        finished.year,
        finished.half,
        finished.program_id,
        count(distinct finished.person) as matched
    from finished_trainings as finished
    inner join temp.program_competencies on finished.program_id = program_competencies.program_id
    inner join temp.diagnostics
        on
            finished.person = diagnostics.person
            and program_competencies.competency = diagnostics.competency
            and diagnostics.date between finished.window_start and finished.started_on
    where diagnostics.deficit
    group by finished.region_id, finished.year, finished.half, finished.program_id
)

select
    running.region_id,
    running.year,
    running.half,
    running.program_id,
    programs.title,
    programs.kind,
    programs.hours,
    programs.developer,
    programs.competencies,
    programs.active_to,
    coalesce(running.registered_on <= running.cutoff, false) as registered,
    coalesce(counted.trained, 0) as trained,
    coalesce(matched.matched, 0) as matched
from temp.running_programs as running
inner join temp.programs on running.program_id = programs.program_id
left join people_counts as counted
    on
        running.region_id = counted.region_id
        and running.year = counted.year
        and running.half = counted.half
        and running.program_id = counted.program_id
left join matched_counts as matched
    on
        running.region_id = matched.region_id
        and running.year = matched.year
        and running.half = matched.half
        and running.program_id = matched.program_id
order by running.region_id, running.year, running.half, running.program_id;
