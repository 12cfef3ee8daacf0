-- One row per recommendation: its latest generation, its life, and what later half-years say of it.
--   state    draft, approved, sent, in_work, done, withdrawn: see sql/macros/50_recommendation_states.sql
--   text     a specialist's words beside the generated ones, missing while there are none
--   outcome  closed: a later half-year no longer has its condition; reported_not_met: reported done by the last day of
--            the latest half-year that says something, which has the condition still; improving: it has, and less is
--            lacking than was; recurring: it has; waiting: no later half-year says anything; withdrawn
--   rounds_in_row  half-years with the condition one after another up to the latest that says something
create table mart.recommendations as
with
generations as (
    from latest('ledger.recommendations', recommendation, generation)
),

lives as (
    select
        recommendation,
        state_after(latest_step(event, event_number)) as state,
        nullif(arg_max(text, event_number) filter (where event = 'edited'), '') as text,
        arg_max(due_on, event_number) filter (where due_on is not null) as own_due_on,
        min(happened_at) filter (where event = 'drafted') as drafted_at,
        max(happened_at) filter (where event = 'approved') as approved_at,
        max(happened_at) filter (where event = 'sent') as sent_at,
        max(happened_at) filter (where event = 'reported') as reported_at,
        arg_max(comment, event_number) filter (where event in ('answered', 'reported')) as answer,
        max(happened_at) as changed_at
    from ledger.recommendation_events
    group by recommendation
),

last_tests as (
    select
        recommendation,
        arg_max(standing, rounds_later) as standing,
        max(rounds_later) as rounds_later,
        arg_max(year, rounds_later) as tested_year,
        arg_max(half, rounds_later) as tested_half,
        arg_max(cutoff, rounds_later) as tested_until,
        arg_max(provisional, rounds_later) as provisional,
        arg_max(value, rounds_later) as value_now,
        arg_max(gap, rounds_later) as gap_now,
        count(*) filter (where standing <> 'clear') as open_rounds
    from mart.recommendation_tests
    where standing is not null
    group by recommendation
),

judged_recommendations as (
    select
        generations.* exclude (due_on),
        coalesce(lives.own_due_on, generations.due_on) as due_on,
        lives.state,
        lives.text,
        lives.drafted_at,
        lives.approved_at,
        lives.sent_at,
        lives.reported_at,
        lives.answer,
        lives.changed_at,
        tested.tested_year,
        tested.tested_half,
        tested.provisional,
        tested.value_now,
        tested.gap_now,
        coalesce(cases.rounds, 1) + coalesce(tested.open_rounds, 0) as rounds_in_row,
        case
            when lives.state = 'withdrawn' then 'withdrawn'
            when tested.standing is null then 'waiting'
            when tested.standing = 'clear' then 'closed'
            when lives.state = 'done' and cast(lives.reported_at as date) <= tested.tested_until
                then 'reported_not_met'
            when tested.gap_now < generations.gap then 'improving'
            else 'recurring'
        end as outcome,
        case
            when tested.standing = 'clear' and lives.state <> 'withdrawn' then tested.rounds_later
        end as rounds_to_closure
    from generations
    inner join lives on generations.recommendation = lives.recommendation
    left join last_tests as tested on generations.recommendation = tested.recommendation
    left join mart.recommendation_cases as cases
        on
            generations.condition = cases.condition
            and generations.level = cases.level
            and generations.territory_id = cases.territory_id
            and generations.indicator = cases.indicator
            and generations.subject = cases.subject
            and generations.year = cases.year
            and generations.half = cases.half
)

select
    judged.recommendation,
    judged.generation,
    judged.rule,
    judged.rule_version,
    judged.condition,
    judged.region_id,
    judged.level,
    judged.territory_id,
    judged.indicator,
    judged.subject,
    judged.year,
    judged.half,
    judged.due_year,
    judged.due_half,
    judged.urgency,
    judged.numerator,
    judged.denominator,
    judged.value,
    judged.target,
    judged.operator,
    judged.verdict,
    judged.gap,
    judged.distance,
    judged.figures,
    judged.finding,
    judged.title,
    judged.measure,
    judged.responsible,
    judged.basis,
    judged.publication,
    judged.author,
    judged.generated_at,
    judged.due_on,
    judged.state,
    judged.text,
    judged.drafted_at,
    judged.approved_at,
    judged.sent_at,
    judged.reported_at,
    judged.answer,
    judged.changed_at,
    judged.tested_year,
    judged.tested_half,
    judged.provisional,
    judged.value_now,
    judged.gap_now,
    judged.rounds_in_row,
    judged.outcome,
    judged.rounds_to_closure,
    territories.name as territory,
    indicators.short as indicator_short,
    indicators.unit,
    indicators.kind,
    indicators.decimals,
    catalogue.condition_title,
    catalogue.evidence,
    coalesce(indicators.counted, nullif(catalogue.counted, '')) as counted
from judged_recommendations as judged
left join temp.territories as territories
    on judged.level = territories.level and judged.territory_id = territories.territory_id
left join temp.condition_catalogue as catalogue on judged.condition = catalogue.condition
left join mart.indicators as indicators on judged.indicator = indicators.code
order by judged.recommendation;
