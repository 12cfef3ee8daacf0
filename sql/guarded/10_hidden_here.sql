-- What a publication so far has hidden from who is asking: nothing where the variable `everything` is true, and never
-- figures of the municipalities in the variable `own`. Both are set by `warehouse.mart.Mart.ask`.
create view guarded.hidden_once as
select * -- noqa: AM04
from main.hidden_groups
where
    not coalesce(cast(getvariable('everything') as boolean), false)
    and not coalesce(list_contains(cast(getvariable('own') as varchar[]), municipality_id), false);

-- What is hidden from who is asking now.
create view guarded.hidden_here as
select * -- noqa: AM04
from guarded.hidden_once
where why in ('small', 'companion', 'total');
