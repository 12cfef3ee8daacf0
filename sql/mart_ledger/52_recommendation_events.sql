-- One row per event in the life of a recommendation.
create table mart.recommendation_events as
select
    recommendation,
    event_number,
    event,
    text,
    due_on,
    comment,
    actor,
    role,
    happened_at,
    publication
from ledger.recommendation_events
order by recommendation, event_number;
