-- One row per dataset, layout and owner: the latest match of columns made by hand. municipality_id is missing for a
-- match of the region.
create table mart.layouts as
select
    dataset,
    layout,
    municipality_id,
    arg_max(mapping, remembered_at) as mapping,
    max(remembered_at) as remembered_at
from ledger.layouts
group by dataset, layout, municipality_id
order by dataset, layout, municipality_id;
