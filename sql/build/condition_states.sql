-- The composite verdicts of regions and municipalities, which conditions ask.
create or replace temp table composite_verdicts as
select *
from verdicts
where profile = 'composite' and level in ('R', 'M');

-- One row per condition: its title, the page of its evidence, and what is lacking after 1, 2 and 5.
create or replace temp table condition_catalogue (
    condition varchar,
    condition_title varchar,
    evidence varchar,
    counted varchar
);
