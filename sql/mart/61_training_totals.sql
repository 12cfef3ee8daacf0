-- One row per territory (region, municipality) and half-year with any training finished from 1 January to its cut-off:
-- distinct people who finished, those of them who passed the final attestation, and distinct programmes. Every
-- organization of the register counts, also one that has sent no passport.
create table training_totals as
with
finished_programs as (
    select
        organization_id,
        person,
        program_id,
        year(finished_on) as year,
        min(finished_on) as first_on,
        min(finished_on) filter (where attestation_passed) as attested_on
    from temp.training
    where finished_on is not null
    group by organization_id, person, program_id, year(finished_on)
)

select
    half_years.region_id,
    territories.level,
    territories.territory_id,
    half_years.year,
    half_years.half,
    count(distinct finished.person) as trained,
    count(distinct finished.person) filter (where finished.attested_on <= half_years.cutoff) as attested,
    count(distinct finished.program_id) as programs
from finished_programs as finished
inner join temp.organization_territories as territories on finished.organization_id = territories.organization_id
inner join temp.half_years as half_years
    on
        territories.region_id = half_years.region_id
        and finished.year = half_years.year
        and finished.first_on <= half_years.cutoff
where territories.level in ('R', 'M')
group by half_years.region_id, territories.level, territories.territory_id, half_years.year, half_years.half
order by half_years.region_id, half_years.year, half_years.half, territories.level, territories.territory_id;
