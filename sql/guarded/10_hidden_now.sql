-- Groups that publications up to this one have hidden from the reader: none where the variable `everything` is true,
-- and never those of the municipalities in the variable `own`. Both are set by `Mart.query_as`. A reader of several
-- municipalities is not told the region's figure where that of a municipality of others is hidden: companions protect a
-- hidden figure from subtraction of one known figure, not of several.
create view guarded.ever_hidden as
with
all_groups as (
    select *
    from main.hidden_groups
    union all
    -- Competencies are counted over those trained: none of them says that nobody was.
    select * replace ('improved_competencies' as measure)
    from main.hidden_groups
    where measure = 'trained'
),

groups_of_others as (
    select
        *,
        coalesce(len(cast(getvariable('own') as varchar[])) > 1, false) as asked_by_several
    from all_groups
    where
        not coalesce(cast(getvariable('everything') as boolean), false)
        and not coalesce(list_contains(cast(getvariable('own') as varchar[]), municipality_id), false)
)

select * exclude (asked_by_several)
from groups_of_others
where not asked_by_several or level <> 'R'
union all
select
    measure,
    region_id,
    year,
    half,
    'R' as level,
    region_id as territory_id,
    null as municipality_id,
    if(bool_or(why in ('small', 'companion', 'total')), 'total', 'shown') as why,
    max(reference) as reference
from groups_of_others
where asked_by_several and level in ('M', 'R')
group by measure, region_id, year, half;

-- Groups that are hidden from the reader now.
create view guarded.hidden_now as
select *
from guarded.ever_hidden
where why in ('small', 'companion', 'total');
