-- What of the rows that municipalities had sent is gone: one row per dataset, batch, municipality and half-year.
create table condensed.submitted as
select
    formerly.* replace (
        formerly.rows - coalesce(present.rows, 0) as rows,
        formerly.current_rows - coalesce(present.current_rows, 0) as current_rows
    )
from formerly_submitted as formerly
left join temp.submitted as present
    on
        formerly.dataset = present.dataset
        and formerly.batch = present.batch
        and formerly.municipality_id = present.municipality_id
        and formerly.year is not distinct from present.year
        and formerly.half is not distinct from present.half
where formerly.rows > coalesce(present.rows, 0) or formerly.current_rows > coalesce(present.current_rows, 0);
