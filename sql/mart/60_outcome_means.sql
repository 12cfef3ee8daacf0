-- One row per territory (region, municipality), year, examination and subject: mean score weighted by participants,
-- with the participants and organizations behind it.
create table outcome_means as
select
    territories.region_id,
    territories.level,
    territories.territory_id,
    outcomes.year,
    outcomes.exam,
    outcomes.subject,
    count(*) as organizations,
    cast(sum(outcomes.participants) as bigint) as participants,
    sum(outcomes.mean_score * outcomes.participants) / sum(outcomes.participants) as mean_score
from temp.outcomes as outcomes
inner join temp.organization_territories as territories on outcomes.organization_id = territories.organization_id
where territories.level in ('R', 'M')
group by
    territories.region_id,
    territories.level,
    territories.territory_id,
    outcomes.year,
    outcomes.exam,
    outcomes.subject
order by territories.region_id, outcomes.year, territories.level, territories.territory_id, outcomes.exam;
