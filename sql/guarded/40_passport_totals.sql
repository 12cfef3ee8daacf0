-- main.passport_totals without trained and supported people that are hidden from the reader. Staff is open data.
create view guarded.passport_totals as
select
    totals.* replace (
        if(training.measure is null, totals.trained, null) as trained,
        if(training.measure is null, totals.attested, null) as attested,
        if(young.measure is null, totals.young_specialists, null) as young_specialists,
        if(young.measure is null, totals.young_supported, null) as young_supported
    ),
    training.measure is not null as training_hidden,
    young.measure is not null as young_hidden
from main.passport_totals as totals
left join guarded.hidden_now as training
    on
        training.measure = 'trained'
        and totals.level = training.level
        and totals.territory_id = training.territory_id
        and totals.year = training.year
        and totals.half = training.half
left join guarded.hidden_now as young
    on
        young.measure = 'young_support_share'
        and totals.level = young.level
        and totals.territory_id = young.territory_id
        and totals.year = young.year
        and totals.half = young.half;
