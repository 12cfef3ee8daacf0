-- One row per monitoring round of a region. closing_publication is that of its last closing, also when it has been
-- reopened since; datasets and municipalities hold codes separated by a comma, municipalities missing means all.
create table rounds as
select
    region_id,
    year,
    half,
    case when closed_on is null then 'open' else 'closed' end as state,
    opened_on,
    due_on,
    closed_on,
    closing_publication,
    datasets,
    municipalities
from temp.rounds
order by region_id, year, half;
