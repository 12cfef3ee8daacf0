-- One row per region or municipality, half-year and competency, and one with an empty competency for all of them
-- together; also where nobody was assessed. People are distinct.
--   assessed         people with a diagnostics row for the competency in the window in an organization of the territory
--   with_deficit     those whose latest such row shows a deficit
--   trained          those of them who by the cut-off have finished a programme for it, begun on that day or later
--   waiting          the others of them
--   programs         programmes for it that run in the window in the region
--   without_program  those who wait and whose competency no running programme answers
-- In the row for all competencies a person counts when it holds for at least one; programmes are all that run. No
-- passport is needed: the denominator is those assessed, not the staff.
create table deficits as
with
measured_people as (
    select
        half_years.region_id,
        territories.level,
        territories.territory_id,
        half_years.year,
        half_years.half,
        half_years.cutoff,
        diagnostics.person,
        diagnostics.competency,
        max(diagnostics.date) as measured_on,
        arg_max(diagnostics.deficit, diagnostics.date) as deficit
    from temp.diagnostics
    inner join temp.organization_territories as territories
        on diagnostics.organization_id = territories.organization_id and territories.level <> 'O'
    inner join temp.half_years
        on
            territories.region_id = half_years.region_id
            and diagnostics.date between half_years.window_start and half_years.cutoff
    group by
        half_years.region_id,
        territories.level,
        territories.territory_id,
        half_years.year,
        half_years.half,
        half_years.cutoff,
        diagnostics.person,
        diagnostics.competency
),

finished_trainings as (
    select
        training.person,
        program_competencies.competency,
        training.started_on,
        training.finished_on
    from temp.training
    inner join temp.program_competencies on training.program_id = program_competencies.program_id
    where training.finished_on is not null
),

trained_people as (
    select distinct
        measured.level,
        measured.territory_id,
        measured.year,
        measured.half,
        measured.person,
        measured.competency
    from measured_people as measured
    inner join finished_trainings as finished
        on
            measured.person = finished.person
            and measured.competency = finished.competency
            and measured.measured_on <= finished.started_on
            and measured.cutoff >= finished.finished_on
    where measured.deficit
),

program_counts as (
    select
        running.region_id,
        running.year,
        running.half,
        program_competencies.competency,
        count(distinct running.program_id) as programs
    from temp.running_programs as running
    inner join temp.program_competencies on running.program_id = program_competencies.program_id
    group by running.region_id, running.year, running.half, program_competencies.competency
),

region_program_counts as (
    select
        region_id,
        year,
        half,
        count(*) as programs
    from temp.running_programs
    group by region_id, year, half
),

people_by_competency as (
    select
        measured.*,
        trained.person is not null as trained,
        coalesce(answers.programs, 0) = 0 as unanswered
    from measured_people as measured
    left join trained_people as trained
        on
            measured.level = trained.level
            and measured.territory_id = trained.territory_id
            and measured.year = trained.year
            and measured.half = trained.half
            and measured.person = trained.person
            and measured.competency = trained.competency
    left join program_counts as answers
        on
            measured.region_id = answers.region_id
            and measured.year = answers.year
            and measured.half = answers.half
            and measured.competency = answers.competency
),

people_over_competencies as (
    select
        level,
        territory_id,
        year,
        half,
        person,
        bool_or(deficit) as deficit,
        bool_or(deficit and trained) as trained,
        bool_or(deficit and not trained) as waiting,
        bool_or(deficit and not trained and unanswered) as without_program
    from people_by_competency
    group by level, territory_id, year, half, person
),

people_counts as (
    select
        level,
        territory_id,
        year,
        half,
        competency,
        count(*) as assessed,
        count(*) filter (where deficit) as with_deficit,
        count(*) filter (where deficit and trained) as trained,
        count(*) filter (where deficit and not trained) as waiting,
        count(*) filter (where deficit and not trained and unanswered) as without_program
    from people_by_competency
    group by level, territory_id, year, half, competency
    union all
    select
        level,
        territory_id,
        year,
        half,
        '' as competency,
        count(*) as assessed,
        count(*) filter (where deficit) as with_deficit,
        count(*) filter (where trained) as trained,
        count(*) filter (where waiting) as waiting,
        count(*) filter (where without_program) as without_program
    from people_over_competencies
    group by level, territory_id, year, half
),

subjects as (
    select
        competency,
        name,
        position
    from temp.competencies
    union all
    select
        '' as competency,
        'по всем компетенциям' as name,
        0 as position
)

select
    universe.region_id,
    universe.level,
    universe.territory_id,
    universe.year,
    universe.half,
    subjects.competency,
    subjects.name,
    subjects.position,
    coalesce(counted.assessed, 0) as assessed,
    coalesce(counted.with_deficit, 0) as with_deficit,
    coalesce(counted.trained, 0) as trained,
    coalesce(counted.waiting, 0) as waiting,
    case
        when subjects.competency = '' then coalesce(running.programs, 0)
        else coalesce(answers.programs, 0)
    end as programs,
    coalesce(counted.without_program, 0) as without_program
from temp.territory_half_years as universe
cross join subjects
left join people_counts as counted
    on
        universe.level = counted.level
        and universe.territory_id = counted.territory_id
        and universe.year = counted.year
        and universe.half = counted.half
        and subjects.competency = counted.competency
left join program_counts as answers
    on
        universe.region_id = answers.region_id
        and universe.year = answers.year
        and universe.half = answers.half
        and subjects.competency = answers.competency
left join region_program_counts as running
    on universe.region_id = running.region_id and universe.year = running.year and universe.half = running.half
where universe.level <> 'O'
order by universe.region_id, universe.year, universe.half, universe.level, universe.territory_id, subjects.position;
