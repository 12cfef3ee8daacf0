-- main.deficit_programs without the numbers of programmes that one to four people finished. They add up to nothing that
-- is shown, since a person may finish several, so nothing else has to be hidden for them.
create view guarded.deficit_programs as
with
marked_programs as (
    select
        *,
        is_small(trained) and not coalesce(cast(getvariable('everything') as boolean), false) as hidden
    from main.deficit_programs
)

select
    * replace (
        if(hidden, null, trained) as trained,
        if(hidden, null, matched) as matched
    )
from marked_programs;
