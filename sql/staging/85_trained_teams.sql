-- One row per management team, organization of its members and year: the first day of that year on which a member of
-- the team finished a programme.
create or replace temp table trained_teams as
select
    organization_id,
    team_id,
    year(finished_on) as year,
    min(finished_on) as first_on
from training
where team_id is not null and finished_on is not null
group by organization_id, team_id, year(finished_on);
