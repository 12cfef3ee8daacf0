-- The life of a recommendation. Its state follows from the latest of its events, editing aside.

-- The latest event that changed the state; an aggregate over ledger.recommendation_events by recommendation.
create or replace temp macro latest_step(event, event_number) as
arg_max(event, event_number) filter (where event <> 'edited');

-- State after an event: draft, approved, sent, in_work, done, withdrawn. A draft that lapsed, its reason gone from the
-- data, is withdrawn as one that a person withdrew is; only the lapsed one is renewed when the reason is back.
create or replace temp macro state_after(event) as
case event
    when 'drafted' then 'draft'
    when 'renewed' then 'draft'
    when 'returned' then 'draft'
    when 'approved' then 'approved'
    when 'sent' then 'sent'
    when 'answered' then 'in_work'
    when 'reopened' then 'in_work'
    when 'reported' then 'done'
    when 'withdrawn' then 'withdrawn'
    when 'lapsed' then 'withdrawn'
    else error('unknown event of a recommendation: ' || event)
end;
