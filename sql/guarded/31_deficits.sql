-- main.deficits without the figures that are hidden from the reader; where those assessed are hidden, so are those
-- trained.
create view guarded.deficits as
select
    found.* replace (
        if(assessed.measure is null, found.assessed, null) as assessed,
        if(assessed.measure is null, found.with_deficit, null) as with_deficit,
        if(coalesce(assessed.measure, trained.measure) is null, found.trained, null) as trained,
        if(coalesce(assessed.measure, trained.measure) is null, found.waiting, null) as waiting,
        if(coalesce(assessed.measure, trained.measure) is null, found.without_program, null) as without_program
    ),
    assessed.measure is not null as hidden,
    coalesce(assessed.measure, trained.measure) is not null as training_hidden
from main.deficits as found
left join guarded.hidden_now as assessed
    on
        measure_of('deficits', found.competency) = assessed.measure
        and found.level = assessed.level
        and found.territory_id = assessed.territory_id
        and found.year = assessed.year
        and found.half = assessed.half
left join guarded.hidden_now as trained
    on
        measure_of('deficits_trained', found.competency) = trained.measure
        and found.level = trained.level
        and found.territory_id = trained.territory_id
        and found.year = trained.year
        and found.half = trained.half;
