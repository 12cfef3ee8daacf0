-- One row per finding that any publication up to this one has seen, with its state: open; accepted with a reason;
-- sent_back with a comment; returned: the figures behind an accepted one changed, or one that was sent back came again
-- after having gone; resolved: this publication no longer has it.
create table mart.quality_findings as
with
latest as (
    select *
    from ledger.quality_sightings
    qualify row_number() over (partition by finding order by sighting_number desc) = 1
),

lives as (
    select
        finding,
        min(publication) as first_publication,
        max(publication) filter (where sighting = 'seen') as appeared_in
    from ledger.quality_sightings
    group by finding
),

decided as (
    select *
    from ledger.quality_decisions
    qualify row_number() over (partition by finding order by decision_number desc) = 1
)

select
    latest.finding,
    latest.check_code,
    latest.region_id,
    case when latest.territory_id = latest.region_id then 'R' else 'M' end as level,
    latest.territory_id,
    latest.organization_id,
    latest.subject,
    latest.year,
    latest.half,
    latest.figures,
    latest.fingerprint,
    latest.row_count,
    latest.message,
    case
        when latest.sighting = 'gone' then 'resolved'
        when decided.decision is null or decided.decision = 'reopened' then 'open'
        when decided.decision = 'accepted' and decided.fingerprint <> latest.fingerprint then 'returned'
        when decided.decision = 'accepted' then 'accepted'
        when decided.publication < lives.appeared_in then 'returned'
        else 'sent_back'
    end as state,
    lives.first_publication,
    case when latest.sighting = 'gone' then latest.publication end as resolved_in,
    decided.decision,
    decided.reason,
    decided.actor as decided_by,
    decided.happened_at as decided_at
from latest
inner join lives on latest.finding = lives.finding
left join decided on latest.finding = decided.finding
order by latest.finding;
