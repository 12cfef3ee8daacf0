/*
dated: created_on
keeps: ничего
*/
-- A route counts in the year when it was made, and for nothing later.
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
