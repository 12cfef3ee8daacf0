-- One row per event in the life of a target: added, changed, withdrawn.
create table mart.target_events as
select
    target,
    event_number,
    event,
    profile,
    indicator,
    year,
    operator,
    value,
    levels,
    document,
    order_number,
    order_date,
    clause,
    valid_from,
    valid_to,
    note,
    actor,
    happened_at,
    reason
from ledger.target_events
order by happened_at, target, event_number;
