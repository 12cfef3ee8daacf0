/*
title: Раунды мониторинга
access: values
subject: раунд, раунда, раундов
shows: year half due_on closed_on
why_open: Раунд не закрыт.
why_later: Раунд закрыт позже конца полугодия.
*/
select
    null as organization_id,
    cast(rounds.half as varchar) as subject,
    1 as weight,
    case
        when rounds.closed_on is null then 'open'
        when rounds.closed_on > period.cutoff then 'later'
    end as reason,
    null as batch,
    null as source_row,
    rounds.year,
    rounds.half,
    rounds.due_on,
    rounds.closed_on
from rounds
inner join period on rounds.region_id = period.region_id and rounds.year = period.year
