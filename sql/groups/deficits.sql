-- The group of those with a deficit is those assessed for the competency. The figure for all competencies counts each
-- person once: where beside it a small figure of one competency could be no other number, it is hidden, too, with the
-- step of the cascade that counts the same people. Where people were assessed for one competency only, both figures are
-- the same and hidden together.
with
sums as (
    select
        level,
        territory_id,
        year,
        half,
        sum(assessed) as assessed,
        sum(with_deficit) as with_deficit,
        max(with_deficit) as most,
        count(*) filter (where assessed > 0) = 1 as is_single
    from deficits
    where competency <> ''
    group by level, territory_id, year, half
),

limits as (
    select
        found.*,
        found.competency = '' as is_total,
        case
            when sums.is_single or (is_total and is_small(found.assessed)) then found.with_deficit < found.assessed
            when is_total then found.with_deficit < least(found.assessed, sums.with_deficit)
            else
                found.with_deficit < least(found.assessed, everybody.with_deficit)
                and sums.assessed - sums.with_deficit > everybody.assessed - everybody.with_deficit
        end as rises,
        case
            when sums.is_single or (is_total and is_small(found.assessed)) then found.with_deficit > 0
            when is_total
                then
                    found.with_deficit > sums.most
                    and sums.assessed - sums.with_deficit > found.assessed - found.with_deficit
            else found.with_deficit > 0 and sums.with_deficit > everybody.with_deficit
        end as falls,
        not is_total and everybody.with_deficit > 0 and not rises and not falls as is_bound
    from deficits as found
    inner join deficits as everybody
        on
            everybody.competency = ''
            and found.level = everybody.level
            and found.territory_id = everybody.territory_id
            and found.year = everybody.year
            and found.half = everybody.half
    inner join sums
        on
            found.level = sums.level
            and found.territory_id = sums.territory_id
            and found.year = sums.year
            and found.half = sums.half
    where found.assessed > 0
)

select
    measure_of('deficits', competency) as layer,
    measure_of('deficits', competency) as measure,
    region_id,
    year,
    half,
    level,
    territory_id,
    assessed as base,
    true as open_base,
    [with_deficit] as others,
    [if(is_bound, with_deficit < assessed, rises)] as rises,
    [if(is_bound, with_deficit > 0, falls)] as falls,
    if(is_bound and is_small(assessed), measure_of('cascade', 'deficit'), null) as hides
from limits
