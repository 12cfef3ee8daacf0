-- One row per round of a region, as its events tell: closed_on is missing while it is open; closing_publication is that
-- of its last closing, also after a reopening.
create or replace temp table rounds as
select
    region_id,
    year,
    half,
    min(happened_on) filter (where event = 'opened') as opened_on,
    arg_max(due_on, event_number) filter (where due_on is not null) as due_on,
    arg_max(due_until, event_number) filter (where due_until is not null) as due_until,
    case
        when arg_max(event, event_number) filter (where event in ('opened', 'closed', 'reopened')) = 'closed'
            then max(happened_on) filter (where event = 'closed')
    end as closed_on,
    arg_max(datasets, event_number) filter (where event = 'opened') as datasets,
    arg_max(municipalities, event_number) filter (where event = 'opened') as municipalities,
    arg_max(publication, event_number) filter (where event = 'closed') as closing_publication
from ledger.round_events
group by region_id, year, half;

-- One row per event of a round, as in the ledger.
create or replace temp table round_events as
from ledger.round_events;
