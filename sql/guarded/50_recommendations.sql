-- Recommendations about a group that is or was hidden from the reader, in a half-year up to the last that tests them.
-- figures: true where that half-year is of the year before the recommendation or later, so that figures, sentences and
-- tests depend on it; false where only the number of rounds in a row does. A test that follows a hidden one would
-- reveal it, so what is hidden here depends on no hidden figure.
create view guarded.recommendations_untold as
with
last_tests as (
    select
        recommendation,
        max(2 * year + half) as until
    from main.recommendation_tests
    group by recommendation
),

recommendation_periods as (
    select
        told.recommendation,
        told.condition,
        told.level,
        told.territory_id,
        told.indicator,
        told.subject,
        2 * told.year + told.half as period,
        coalesce(tested.until, period) as until
    from main.recommendations as told
    left join last_tests as tested on told.recommendation = tested.recommendation
),

hidden_periods as (
    select
        reach.recommendation,
        reach.period,
        2 * ever_hidden.year + ever_hidden.half as hidden_in
    from recommendation_periods as reach
    inner join guarded.ever_hidden
        on
            list_contains(measures_of_case(reach.indicator, reach.subject), ever_hidden.measure)
            and reach.level = ever_hidden.level
            and reach.territory_id = ever_hidden.territory_id
            and reach.until >= 2 * ever_hidden.year + ever_hidden.half
    union all
    -- The number of schools without training tells about a school where it is the only one with low results.
    select
        reach.recommendation,
        reach.period,
        2 * ever_hidden.year + ever_hidden.half as hidden_in
    from recommendation_periods as reach
    inner join guarded.ever_hidden
        on
            reach.territory_id = ever_hidden.municipality_id
            and ever_hidden.level = 'O'
            and ever_hidden.measure in (
                'fr_training_share', 'fr_attested_share_cumulative', 'cascade:trained', 'cascade:attested'
            )
            and reach.until >= 2 * ever_hidden.year + ever_hidden.half
    inner join main.organizations as schools
        on ever_hidden.territory_id = schools.organization_id and schools.low_results
    where reach.condition = 'low_results_uncovered'
)

select
    recommendation,
    bool_or(hidden_in >= period - 2) as figures
from hidden_periods
group by recommendation;

-- main.recommendations without figures of those, without sentences, which contain them, and without what is derived
-- from them: urgency, deadline and outcome leave few figures to choose from.
create view guarded.recommendations as
select
    told.* replace (
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

-- main.recommendation_tests of the others: their number reveals their results.
create view guarded.recommendation_tests as
select tests.*
from main.recommendation_tests as tests
anti join guarded.recommendations_untold as untold
    on
        tests.recommendation = untold.recommendation
        and untold.figures;

-- main.recommendation_events without texts, comments and deadlines of those.
create view guarded.recommendation_events as
select
    events.* replace (
        if(untold.figures, null, events.text) as text,
        if(untold.figures, null, events.comment) as comment,
        if(untold.figures, null, events.due_on) as due_on
    )
from main.recommendation_events as events
left join guarded.recommendations_untold as untold on events.recommendation = untold.recommendation;

-- main.recommendation_cases about groups that are not hidden from the reader, without the figures, which only
-- generating recommendations needs.
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
anti join guarded.ever_hidden
    on
        list_contains(measures_of_case(cases.indicator, cases.subject), ever_hidden.measure)
        and cases.level = ever_hidden.level
        and cases.territory_id = ever_hidden.territory_id
        and cases.half = ever_hidden.half
        and ever_hidden.year in (cases.year, cases.year - 1);
