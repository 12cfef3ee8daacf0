-- The rows of deficits, each beside the figures of its territory and half-year for all competencies (all_), the sums
-- (sum_) and the largest (most_) over single ones, and how many of these had anybody assessed, and with a deficit.
-- relation: the table deficits.
create or replace temp macro deficits_beside_total(relation) as table
    select
        *,
        max(assessed) filter (where competency = '') over place as all_assessed,
        max(with_deficit) filter (where competency = '') over place as all_with_deficit,
        max(trained) filter (where competency = '') over place as all_trained,
        max(waiting) filter (where competency = '') over place as all_waiting,
        sum(assessed) filter (where competency <> '') over place as sum_assessed,
        sum(with_deficit) filter (where competency <> '') over place as sum_with_deficit,
        sum(trained) filter (where competency <> '') over place as sum_trained,
        sum(waiting) filter (where competency <> '') over place as sum_waiting,
        max(with_deficit) filter (where competency <> '') over place as most_with_deficit,
        max(trained) filter (where competency <> '') over place as most_trained,
        max(waiting) filter (where competency <> '') over place as most_waiting,
        count(*) filter (where competency <> '' and assessed > 0) over place as competencies_assessed,
        count(*) filter (where competency <> '' and with_deficit > 0) over place as competencies_with_deficit
    from query_table(relation)
    window place as (partition by level, territory_id, year, half);
