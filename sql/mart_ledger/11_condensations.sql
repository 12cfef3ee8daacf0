-- One row per condensation of old rows about people and dataset: rows removed, rows kept of the condensed years, rows
-- of the quarantine emptied. A mart that a later condensation rewrote has that one too.
create table mart.condensations as
select
    done.number,
    done.through_year,
    done.condensed_at,
    done.actor,
    done.reason,
    batches.dataset,
    cast(sum(batches.removed) as bigint) as removed,
    cast(sum(batches.kept) as bigint) as kept,
    cast(sum(batches.emptied) as bigint) as emptied
from ledger.condensations as done
inner join ledger.condensed_batches as batches on done.number = batches.number
group by done.number, done.through_year, done.condensed_at, done.actor, done.reason, batches.dataset
order by done.number, batches.dataset;
