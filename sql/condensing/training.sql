/*
dated: finished_on
keeps: первое обучение учителя, вошедшее в накопительную долю, и первое обучение каждой управленческой команды (без
  человека)
*/
-- Cumulative indicators ask in every later half-year for what was finished since their base year. A teacher who
-- mastered a matched programme of the Federal register (fr_attested_share_cumulative): the first such training in each
-- organization, with all that makes it matched. A management team (management_teams_share_cumulative): its first
-- training in each organization; the team is counted, not its member, so the team stands in the place of the person.
-- Training that is not finished by the last day is no row of a condensed year and stays as it is.
with
finished_rows as (
    select *
    from training
    where finished_on between $first_day and $last_day
),

matched_keys as (
    select distinct
        person,
        program_id,
        started_on
    from matched_rows
    where role = 'учитель'
),

ranked_rows as (
    select
        finished.*,
        matched.person is not null
        and row_number() over (
            partition by finished.organization_id, finished.person, matched.person is null
            order by finished.finished_on, finished.started_on, finished.program_id
        ) = 1 as is_mastered,
        finished.team_id is not null
        and row_number() over (
            partition by finished.organization_id, finished.team_id
            order by finished.finished_on, finished.batch, finished.source_row, finished.person
        ) = 1 as is_of_team
    from finished_rows as finished
    left join matched_keys as matched
        on
            finished.person = matched.person
            and finished.program_id = matched.program_id
            and finished.started_on = matched.started_on
)

select
    batch,
    source_row,
    case when is_mastered then person else 'команда ' || team_id || ' / ' || organization_id end as person,
    organization_id,
    case when is_mastered then role end as role,
    case when is_mastered then program_id end as program_id,
    case when is_mastered then started_on end as started_on,
    finished_on,
    case when is_mastered then attestation_passed end as attestation_passed,
    case when is_of_team then team_id end as team_id
from ranked_rows
where is_mastered or is_of_team
