-- The targets that stand. Grain: one target. Those that ship with the program («shipped») have an identity made of what
-- they are; the latest event of a target, shipped or set here («own»), takes its place, and a withdrawal removes it.
create or replace temp view current_targets as
with
shipped as (
    select
        md5(concat_ws('|', profile, indicator, year, coalesce(document, '')))[:12] as target,
        'shipped' as origin,
        *,
        cast(null as varchar) as order_number,
        cast(null as date) as order_date
    from reference.targets
),

latest_events as (
    from latest('ledger.target_events', target, event_number)
)

select shipped.*
from shipped
anti join latest_events on shipped.target = latest_events.target
union all by name
select
    'own' as origin,
    latest_events.* exclude (event_number, event, actor, happened_at, reason)
from latest_events
where latest_events.event <> 'withdrawn';
