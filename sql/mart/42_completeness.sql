-- One row per half-year of a region (with a round or with passports), municipality and dataset that is expected in its
-- round or of which something has come.
--
-- state is what the latest thing that happened to the cell says:
--   returned  sent back, and nothing has come since
--   errors    rows of the latest load were kept back, or nothing is accepted yet and the latest load was rejected
--   late      rows are current, and the first load since it was last sent back came after the due day
--   accepted  rows are current
--   missing   none of these
-- A fault whose rows have no half-year of their own, as those of a register, concerns the rounds that are open.
create table completeness as
with
periods as (
    select
        region_id,
        year,
        half
    from temp.rounds
    union
    select
        region_id,
        year,
        half
    from temp.half_years
),

expected_forms as (
    select
        rounds.region_id,
        rounds.year,
        rounds.half,
        municipalities.municipality_id,
        unnest(string_split(rounds.datasets, ',')) as dataset
    from temp.rounds as rounds
    inner join temp.municipalities as municipalities on rounds.region_id = municipalities.region_id
    where
        rounds.municipalities is null
        or list_contains(string_split(rounds.municipalities, ','), municipalities.municipality_id)
),

returns as (
    select
        region_id,
        year,
        half,
        unnest(string_split(municipalities, ',')) as municipality_id,
        datasets as dataset,
        event_number,
        happened_at,
        comment
    from temp.round_events
    where event = 'returned'
),

returned_forms as (
    select
        region_id,
        year,
        half,
        municipality_id,
        dataset,
        max(happened_at) as returned_at,
        arg_max(comment, event_number) as return_comment
    from returns
    group by region_id, year, half, municipality_id, dataset
),

loads as (
    select
        periods.region_id,
        periods.year,
        periods.half,
        submitted.municipality_id,
        submitted.dataset,
        submitted.batch,
        submitted.loaded_at,
        submitted.current_rows
    from temp.submitted as submitted
    inner join periods
        on
            region_of(submitted.municipality_id) = periods.region_id
            and coalesce(submitted.year, periods.year) = periods.year
            and coalesce(submitted.half, periods.half) = periods.half
),

received_forms as (
    select
        loads.region_id,
        loads.year,
        loads.half,
        loads.municipality_id,
        loads.dataset,
        sum(loads.current_rows) as rows,
        min(loads.loaded_at) as first_loaded_at,
        max(loads.loaded_at) as last_loaded_at,
        min(loads.loaded_at) filter (
            where sent_back.returned_at is null or loads.loaded_at > sent_back.returned_at
        ) as accepted_at,
        max(loads.batch) as last_batch
    from loads
    left join returned_forms as sent_back
        on
            loads.region_id = sent_back.region_id
            and loads.year = sent_back.year
            and loads.half = sent_back.half
            and loads.municipality_id = sent_back.municipality_id
            and loads.dataset = sent_back.dataset
    group by loads.region_id, loads.year, loads.half, loads.municipality_id, loads.dataset
    having sum(loads.current_rows) > 0
),

faulty_forms as (
    select
        periods.region_id,
        periods.year,
        periods.half,
        faults.municipality_id,
        faults.dataset,
        max(faults.happened_at) as fault_at,
        max(faults.happened_at) filter (where faults.batch is not null) as kept_back_at,
        arg_max(faults.faulty_rows, faults.happened_at) as faulty_rows,
        arg_max(faults.batch is null, faults.happened_at) as rejected
    from temp.faults as faults
    inner join periods on region_of(faults.municipality_id) = periods.region_id
    left join temp.rounds as rounds
        on periods.region_id = rounds.region_id and periods.year = rounds.year and periods.half = rounds.half
    where
        (faults.year = periods.year and faults.half = periods.half)
        or (faults.year is null and rounds.opened_on is not null and rounds.closed_on is null)
    group by periods.region_id, periods.year, periods.half, faults.municipality_id, faults.dataset
),

cells as (
    select
        region_id,
        year,
        half,
        municipality_id,
        dataset
    from expected_forms
    union
    select
        region_id,
        year,
        half,
        municipality_id,
        dataset
    from received_forms
    union
    select
        region_id,
        year,
        half,
        municipality_id,
        dataset
    from faulty_forms
    union
    select
        region_id,
        year,
        half,
        municipality_id,
        dataset
    from returned_forms
)

select
    cells.region_id,
    cells.year,
    cells.half,
    cells.municipality_id,
    cells.dataset,
    expected.dataset is not null as expected,
    case
        when
            sent_back.returned_at >= coalesce(received.last_loaded_at, sent_back.returned_at)
            and sent_back.returned_at >= coalesce(troubled.fault_at, sent_back.returned_at)
            then 'returned'
        when troubled.kept_back_at >= received.last_loaded_at then 'errors'
        when troubled.fault_at is not null and received.accepted_at is null then 'errors'
        when received.accepted_at >= rounds.due_until then 'late'
        when received.rows is not null then 'accepted'
        else 'missing'
    end as state,
    cast(coalesce(received.rows, 0) as bigint) as rows,
    received.first_loaded_at,
    received.last_loaded_at,
    received.accepted_at,
    received.last_batch,
    troubled.fault_at,
    troubled.faulty_rows,
    troubled.rejected,
    sent_back.returned_at,
    sent_back.return_comment
from cells
left join temp.rounds as rounds
    on cells.region_id = rounds.region_id and cells.year = rounds.year and cells.half = rounds.half
left join expected_forms as expected
    on
        cells.region_id = expected.region_id
        and cells.year = expected.year
        and cells.half = expected.half
        and cells.municipality_id = expected.municipality_id
        and cells.dataset = expected.dataset
left join received_forms as received
    on
        cells.region_id = received.region_id
        and cells.year = received.year
        and cells.half = received.half
        and cells.municipality_id = received.municipality_id
        and cells.dataset = received.dataset
left join faulty_forms as troubled
    on
        cells.region_id = troubled.region_id
        and cells.year = troubled.year
        and cells.half = troubled.half
        and cells.municipality_id = troubled.municipality_id
        and cells.dataset = troubled.dataset
left join returned_forms as sent_back
    on
        cells.region_id = sent_back.region_id
        and cells.year = sent_back.year
        and cells.half = sent_back.half
        and cells.municipality_id = sent_back.municipality_id
        and cells.dataset = sent_back.dataset
order by cells.region_id, cells.year, cells.half, cells.municipality_id, cells.dataset;
