-- main.value_scores of the values that are not hidden from the reader: a score reveals its value.
create view guarded.value_scores as
select scored.*
from main.value_scores as scored
anti join guarded.hidden_now
    on
        scored.indicator = hidden_now.measure
        and hidden_now.level = 'M'
        and scored.territory_id = hidden_now.territory_id
        and scored.year = hidden_now.year
        and scored.half = hidden_now.half;
