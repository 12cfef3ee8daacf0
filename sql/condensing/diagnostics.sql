/*
dated: date
keeps: первый день диагностики и первый день дефицита по каждой компетенции, без балла, организации и категории
*/
-- A route counts when its person was diagnosed before, in whatever year and organization (routes_share): the first
-- diagnostics of a person. A programme is matched to a deficit that was found before it began, in whatever year and
-- organization (fr_training_share, fr_attested_share_cumulative): the first deficit of a person and competency. It
-- stands for the first diagnostics too where it is as early.
with
ranked_rows as (
    select
        *,
        row_number() over (
            partition by person
            order by date asc, deficit desc nulls last, competency asc
        ) = 1 as is_first,
        coalesce(deficit, false)
        and row_number() over (
            partition by person, competency, deficit
            order by date
        ) = 1 as is_first_deficit
    from diagnostics
    where date <= $last_day
)

select
    batch,
    source_row,
    person,
    null as organization_id,
    null as role,
    date,
    case when is_first_deficit then competency end as competency,
    null as score,
    is_first_deficit as deficit
from ranked_rows
where is_first or is_first_deficit
