-- What a publication so far has hidden from who is asking: nothing where the variable `everything` is true, and never
-- figures of the municipalities in the variable `own`. Both are set by `Mart.query_as`. Who has several
-- municipalities is not told the region's figure where that of a municipality of others is hidden: municipalities are
-- hidden so that one that knows its own figure cannot subtract, and several could.
create view guarded.hidden_once as
with
of_others as (
    select
        *,
        coalesce(len(cast(getvariable('own') as varchar[])) > 1, false) as asked_by_several
    from main.hidden_groups
    where
        not coalesce(cast(getvariable('everything') as boolean), false)
        and not coalesce(list_contains(cast(getvariable('own') as varchar[]), municipality_id), false)
)

select * exclude (asked_by_several) -- noqa: AM04
from of_others
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
from of_others
where asked_by_several and level in ('M', 'R')
group by measure, region_id, year, half;

-- What is hidden from who is asking now.
create view guarded.hidden_here as
select * -- noqa: AM04
from guarded.hidden_once
where why in ('small', 'companion', 'total');
