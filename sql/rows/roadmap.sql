/*
title: Меры дорожной карты
dataset: roadmap
access: passport
subject: мера, меры, мер
shows: measure_id title responsible due_on done_on
why_ahead: Срок меры ещё не наступил: не входит ни в числитель, ни в знаменатель.
why_undone: Мера не исполнена.
why_done_later: Мера исполнена позже конца полугодия.
*/
select
    null as organization_id,
    roadmap.measure_id as subject,
    1 as weight,
    case
        when roadmap.due_on > period.cutoff then 'ahead'
        when roadmap.done_on is null then 'undone'
        when roadmap.done_on > period.cutoff then 'done_later'
    end as reason,
    roadmap.batch,
    roadmap.source_row,
    roadmap.measure_id,
    roadmap.title,
    roadmap.responsible,
    roadmap.due_on,
    roadmap.done_on
from facts.roadmap as roadmap
cross join period
where roadmap.territory = period.territory_id
