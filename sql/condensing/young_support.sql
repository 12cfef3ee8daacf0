/*
dated: finished_on
keeps: по одному сроку поддержки на человека и организацию с базового года накопительной доли
*/
-- The cumulative share asks in every later half-year who was supported since its base year
-- (young_support_share_cumulative): one interval of each person and organization that ended after it began. The form
-- stays because it tells rows apart. Support that is not over by the last day is no row of a condensed year and stays.
select
    batch,
    source_row,
    person,
    organization_id,
    form,
    started_on,
    finished_on
from young_support
where finished_on between $first_day and $last_day
qualify row_number() over (
    partition by person, organization_id
    order by finished_on, started_on, form
) = 1
