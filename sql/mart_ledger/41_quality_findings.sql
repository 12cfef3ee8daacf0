-- One row per finding that any publication up to this one has seen, with its state: open; accepted with a reason;
-- sent_back with a comment; returned: the figures behind an accepted one changed, or one that was sent back came again
-- after having gone; resolved: this publication no longer has it.
create table mart.quality_findings as
with
sightings as (
    from latest('ledger.quality_sightings', finding, sighting_number)
),

lives as (
    select
        finding,
        min(publication) as first_publication,
        max(publication) filter (where sighting = 'seen') as appeared_in
    from ledger.quality_sightings
    group by finding
),

decisions as (
    from latest('ledger.quality_decisions', finding, decision_number)
)

select
    sightings.finding,
    sightings.check_code,
    sightings.region_id,
    case when sightings.territory_id = sightings.region_id then 'R' else 'M' end as level,
    sightings.territory_id,
    sightings.organization_id,
    sightings.subject,
    sightings.year,
    sightings.half,
    sightings.figures,
    sightings.fingerprint,
    sightings.row_count,
    sightings.message,
    case
        when sightings.sighting = 'gone' then 'resolved'
        when decisions.decision is null or decisions.decision = 'reopened' then 'open'
        when decisions.decision = 'accepted' and decisions.fingerprint <> sightings.fingerprint then 'returned'
        when decisions.decision = 'accepted' then 'accepted'
        when decisions.publication < lives.appeared_in then 'returned'
        else 'sent_back'
    end as state,
    lives.first_publication,
    case when sightings.sighting = 'gone' then sightings.publication end as resolved_in,
    decisions.decision,
    decisions.reason,
    decisions.actor as decided_by,
    decisions.happened_at as decided_at
from sightings
inner join lives on sightings.finding = lives.finding
left join decisions on sightings.finding = decisions.finding
order by sightings.finding;
