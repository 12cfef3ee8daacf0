-- main.deficit_programs without the numbers of programmes that one to four people finished, and of the next smallest
-- one: together with those trained in all, the others would bound a single hidden one. Where those trained for the
-- deficits of some competency are hidden, so are those matched: a programme may be the only one for it.
create view guarded.deficit_programs as
with
ranked_programs as (
    select
        *,
        bool_or(is_small(trained)) over (partition by region_id, year, half) as some_small,
        row_number() over (
            partition by region_id, year, half, trained = 0 or is_small(trained)
            order by trained, program_id
        ) as rank
    from main.deficit_programs
),

hidden_competencies as (
    select distinct
        region_id,
        year,
        half
    from guarded.hidden_now
    where level = 'R' and starts_with(measure, measure_of('deficits_trained', ''))
),

joined_programs as (
    select
        ranked_programs.*,
        hidden_competencies.region_id is not null as matched_hidden
    from ranked_programs
    left join hidden_competencies
        on
            ranked_programs.region_id = hidden_competencies.region_id
            and ranked_programs.year = hidden_competencies.year
            and ranked_programs.half = hidden_competencies.half
),

marked_programs as (
    select
        * exclude (some_small, rank),
        (is_small(trained) or (some_small and trained > 0 and rank = 1))
        and not coalesce(cast(getvariable('everything') as boolean), false) as hidden
    from joined_programs
)

select
    * exclude (matched_hidden) replace (
        if(hidden, null, trained) as trained,
        if(hidden or matched_hidden, null, matched) as matched,
        hidden or matched_hidden as hidden
    )
from marked_programs;
