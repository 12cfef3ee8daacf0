-- main.recommendations without the figures and sentences of those about a group that is or was hidden from who is
-- asking: their sentences have the figures in them.
create view guarded.recommendations as
with
hidden as (
    select distinct told.recommendation
    from main.recommendations as told
    inner join guarded.hidden_once
        on
            hidden_once.measure in (
                told.indicator, 'deficits:' || told.subject, 'deficits_trained:' || told.subject
            )
            and told.level = hidden_once.level
            and told.territory_id = hidden_once.territory_id
            and (hidden_once.year, hidden_once.half) in ((told.year, told.half), (told.tested_year, told.tested_half))
)

select
    told.* replace (  -- noqa: AM04
        if(hidden.recommendation is null, told.numerator, null) as numerator,
        if(hidden.recommendation is null, told.denominator, null) as denominator,
        if(hidden.recommendation is null, told.value, null) as value,
        if(hidden.recommendation is null, told.verdict, 'hidden') as verdict,
        if(hidden.recommendation is null, told.gap, null) as gap,
        if(hidden.recommendation is null, told.distance, null) as distance,
        if(hidden.recommendation is null, told.figures, '{}') as figures,
        if(hidden.recommendation is null, told.finding, null) as finding,
        if(hidden.recommendation is null, told.measure, null) as measure,
        if(hidden.recommendation is null, told.text, null) as text,
        if(hidden.recommendation is null, told.answer, null) as answer,
        if(hidden.recommendation is null, told.value_now, null) as value_now,
        if(hidden.recommendation is null, told.gap_now, null) as gap_now
    ),
    hidden.recommendation is not null as hidden
from main.recommendations as told
left join hidden on told.recommendation = hidden.recommendation;

-- main.recommendation_tests without the figures of those recommendations.
create view guarded.recommendation_tests as
select
    tests.* replace (  -- noqa: AM04
        if(told.hidden, null, tests.numerator) as numerator,
        if(told.hidden, null, tests.denominator) as denominator,
        if(told.hidden, null, tests.value) as value,
        if(told.hidden, 'hidden', tests.verdict) as verdict,
        if(told.hidden, null, tests.gap) as gap
    )
from main.recommendation_tests as tests
inner join guarded.recommendations as told on tests.recommendation = told.recommendation;

-- main.recommendation_cases without figures, which only the making of recommendations needs.
create view guarded.recommendation_cases as
select
    condition,
    region_id,
    level,
    territory_id,
    year,
    half,
    indicator,
    subject,
    standing,
    rounds
from main.recommendation_cases;
