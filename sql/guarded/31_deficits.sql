-- main.deficits without the figures that are hidden from who is asking; where those assessed are hidden, so are those
-- trained.
create view guarded.deficits as
select
    found.* replace (  -- noqa: AM04
        if(assessed.measure is null, found.assessed, null) as assessed,
        if(assessed.measure is null, found.with_deficit, null) as with_deficit,
        if(coalesce(assessed.measure, trained.measure) is null, found.trained, null) as trained,
        if(coalesce(assessed.measure, trained.measure) is null, found.waiting, null) as waiting,
        if(coalesce(assessed.measure, trained.measure) is null, found.without_program, null) as without_program
    ),
    assessed.measure is not null as hidden,
    coalesce(assessed.measure, trained.measure) is not null as training_hidden
from main.deficits as found
left join guarded.hidden_here as assessed
    on
        'deficits:' || found.competency = assessed.measure
        and found.level = assessed.level
        and found.territory_id = assessed.territory_id
        and found.year = assessed.year
        and found.half = assessed.half
left join guarded.hidden_here as trained
    on
        'deficits_trained:' || found.competency = trained.measure
        and found.level = trained.level
        and found.territory_id = trained.territory_id
        and found.year = trained.year
        and found.half = trained.half;
