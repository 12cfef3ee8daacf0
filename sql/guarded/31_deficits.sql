-- main.deficits without the figures that are hidden from the reader. Where those with a deficit are hidden, so is their
-- training. Over all competencies those without a programme are hidden where those of a competency that no programme
-- answers are: often it is the only one.
create view guarded.deficits as
with
hidden_unanswered as (
    select distinct
        found.level,
        found.territory_id,
        found.year,
        found.half
    from main.deficits as found
    inner join guarded.hidden_now
        on
            measure_of('deficits_trained', found.competency) = hidden_now.measure
            and found.level = hidden_now.level
            and found.territory_id = hidden_now.territory_id
            and found.year = hidden_now.year
            and found.half = hidden_now.half
    where found.competency <> '' and found.programs = 0
)

select
    found.* replace (
        if(assessed.measure is null, found.assessed, null) as assessed,
        if(deficient.measure is null, found.with_deficit, null) as with_deficit,
        if(coalesce(deficient.measure, trained.measure) is null, found.trained, null) as trained,
        if(coalesce(deficient.measure, trained.measure) is null, found.waiting, null) as waiting,
        if(
            coalesce(deficient.measure, trained.measure, unanswered.territory_id) is null, found.without_program, null
        ) as without_program
    ),
    coalesce(assessed.measure, deficient.measure) is not null as hidden,
    coalesce(deficient.measure, trained.measure) is not null as training_hidden
from main.deficits as found
left join guarded.hidden_now as assessed
    on
        measure_of('assessed', found.competency) = assessed.measure
        and found.level = assessed.level
        and found.territory_id = assessed.territory_id
        and found.year = assessed.year
        and found.half = assessed.half
left join guarded.hidden_now as deficient
    on
        measure_of('deficits', found.competency) = deficient.measure
        and found.level = deficient.level
        and found.territory_id = deficient.territory_id
        and found.year = deficient.year
        and found.half = deficient.half
left join guarded.hidden_now as trained
    on
        measure_of('deficits_trained', found.competency) = trained.measure
        and found.level = trained.level
        and found.territory_id = trained.territory_id
        and found.year = trained.year
        and found.half = trained.half
left join hidden_unanswered as unanswered
    on
        found.competency = ''
        and found.level = unanswered.level
        and found.territory_id = unanswered.territory_id
        and found.year = unanswered.year
        and found.half = unanswered.half;
