/*
title: Мероприятия
dataset: events
access: passport
subject: мероприятие, мероприятия, мероприятий
subject_quarters: квартал, квартала, кварталов
shows: title date level territory participants
parameters: kind event_level counts
why_level: Мероприятие другого уровня.
why_later: Мероприятие прошло позже конца полугодия.
*/
select
    null as organization_id,
    case when $counts = 'quarters' then cast(quarter(events.date) as varchar) else events.event_id end as subject,
    1 as weight,
    case
        when $event_level <> 'любой' and events.level <> $event_level then 'level'
        when events.date > period.cutoff then 'later'
    end as reason,
    events.batch,
    events.source_row,
    events.title,
    events.date,
    events.level,
    events.territory,
    events.participants
from facts.events as events
cross join period
where
    year(events.date) = period.year
    and events.kind = $kind
    and (
        events.territory = period.territory_id
        or events.territory in (select municipalities.municipality_id from municipalities_in_view as municipalities)
    )
