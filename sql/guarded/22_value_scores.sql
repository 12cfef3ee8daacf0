-- main.value_scores of the values that are not hidden from who is asking: a score tells its value.
create view guarded.value_scores as
select scored.* -- noqa: AM04
from main.value_scores as scored
anti join guarded.hidden_here
    on
        scored.indicator = hidden_here.measure
        and hidden_here.level = 'M'
        and scored.territory_id = hidden_here.territory_id
        and scored.year = hidden_here.year
        and scored.half = hidden_here.half;
