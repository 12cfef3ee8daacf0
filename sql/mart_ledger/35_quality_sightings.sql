-- Record in the ledger which findings differ from the publication before: seen, changed, gone. Running it again for the
-- same publication adds nothing.
insert into ledger.quality_sightings by name
with
latest_sightings as (
    from latest('ledger.quality_sightings', finding, sighting_number)
)

select
    present.*,
    coalesce(latest_sightings.sighting_number, 0) + 1 as sighting_number,
    case
        when latest_sightings.finding is null or latest_sightings.sighting = 'gone' then 'seen'
        else 'changed'
    end as sighting,
    getvariable('publication') as publication
from temp.quality_present as present
left join latest_sightings on present.finding = latest_sightings.finding
where
    latest_sightings.finding is null
    or latest_sightings.sighting = 'gone'
    or (latest_sightings.figures, latest_sightings.row_count, latest_sightings.message)
    <> (present.figures, present.row_count, present.message)
union all by name
select
    latest_sightings.* replace (
        latest_sightings.sighting_number + 1 as sighting_number,
        'gone' as sighting,
        getvariable('publication') as publication
    )
from latest_sightings
anti join temp.quality_present as present on latest_sightings.finding = present.finding
where latest_sightings.sighting <> 'gone';
