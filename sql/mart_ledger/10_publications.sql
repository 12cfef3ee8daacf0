-- One row per publication up to this one, also of those whose mart is no longer kept.
create table mart.publications as
select
    publication,
    published_at,
    author,
    reason,
    kept
from ledger.publications
order by publication;
