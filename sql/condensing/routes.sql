/*
dated: created_on
keeps: ничего
*/
-- A route counts only in the year when it was made.
select
    batch,
    source_row,
    route_id,
    person,
    organization_id,
    role,
    created_on,
    status,
    closed_on
from routes
where false
