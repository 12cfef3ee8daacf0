-- Recommendations about a group that is or was hidden from who is asking, up to the last half-year that tests them.
-- figures: in one that their figures, sentences and tests hang on, the year before their own or later; where it is not,
-- only how long they last hangs on it. A test behind a hidden one would tell of it, so what is hidden here depends on
-- no hidden figure.
create view guarded.recommendations_untold as
with
tested as (
    select
        recommendation,
        max(2 * year + half) as until
    from main.recommendation_tests
    group by recommendation
),

reach as (
    select
        told.recommendation,
        told.level,
        told.territory_id,
        told.indicator,
        told.subject,
        2 * told.year + told.half as period,
        coalesce(tested.until, period) as until
    from main.recommendations as told
    left join tested on told.recommendation = tested.recommendation
)

select
    reach.recommendation,
    bool_or(2 * hidden_once.year + hidden_once.half >= reach.period - 2) as figures
from reach
inner join guarded.hidden_once
    on
        hidden_once.measure in (
            reach.indicator, 'deficits:' || reach.subject, 'deficits_trained:' || reach.subject
        )
        and reach.level = hidden_once.level
        and reach.territory_id = hidden_once.territory_id
        and reach.until >= 2 * hidden_once.year + hidden_once.half
group by reach.recommendation;

-- main.recommendations without the figures and sentences of those, and without what is judged by the figures: their
-- sentences have the figures in them, and urgency, deadline and outcome leave few figures to choose from.
create view guarded.recommendations as
select
    told.* replace (  -- noqa: AM04
        if(untold.figures, null, told.numerator) as numerator,
        if(untold.figures, null, told.denominator) as denominator,
        if(untold.figures, null, told.value) as value,
        if(untold.figures, 'hidden', told.verdict) as verdict,
        if(untold.figures, null, told.gap) as gap,
        if(untold.figures, null, told.distance) as distance,
        if(untold.figures, '{}', told.figures) as figures,
        if(untold.figures, null, told.finding) as finding,
        if(untold.figures, null, told.measure) as measure,
        if(untold.figures, null, told.text) as text,
        if(untold.figures, null, told.answer) as answer,
        if(untold.figures, 'hidden', told.urgency) as urgency,
        if(untold.figures, null, told.due_on) as due_on,
        if(untold.figures, null, told.tested_year) as tested_year,
        if(untold.figures, null, told.tested_half) as tested_half,
        if(untold.figures, null, told.provisional) as provisional,
        if(untold.figures, null, told.value_now) as value_now,
        if(untold.figures, null, told.gap_now) as gap_now,
        if(untold.figures, null, told.rounds_to_closure) as rounds_to_closure,
        if(untold.figures and told.outcome <> 'withdrawn', 'hidden', told.outcome) as outcome,
        if(untold.recommendation is null, told.rounds_in_row, null) as rounds_in_row
    ),
    coalesce(untold.figures, false) as hidden
from main.recommendations as told
left join guarded.recommendations_untold as untold on told.recommendation = untold.recommendation;

-- main.recommendation_tests of the others: how many tests there are tells what they said.
create view guarded.recommendation_tests as
select tests.* -- noqa: AM04
from main.recommendation_tests as tests
anti join guarded.recommendations_untold as untold
    on
        tests.recommendation = untold.recommendation
        and untold.figures;

-- main.recommendation_events without what was written and set about those.
create view guarded.recommendation_events as
select
    events.* replace (  -- noqa: AM04
        if(untold.figures, null, events.text) as text,
        if(untold.figures, null, events.comment) as comment,
        if(untold.figures, null, events.due_on) as due_on
    )
from main.recommendation_events as events
left join guarded.recommendations_untold as untold on events.recommendation = untold.recommendation;

-- main.recommendation_cases about groups that are not hidden from who is asking, without figures, which only the making
-- of recommendations needs.
create view guarded.recommendation_cases as
select
    cases.condition,
    cases.region_id,
    cases.level,
    cases.territory_id,
    cases.year,
    cases.half,
    cases.indicator,
    cases.subject,
    cases.standing
from main.recommendation_cases as cases
anti join guarded.hidden_once
    on
        hidden_once.measure in (
            cases.indicator, 'deficits:' || cases.subject, 'deficits_trained:' || cases.subject
        )
        and cases.level = hidden_once.level
        and cases.territory_id = hidden_once.territory_id
        and cases.half = hidden_once.half
        and hidden_once.year in (cases.year, cases.year - 1);
