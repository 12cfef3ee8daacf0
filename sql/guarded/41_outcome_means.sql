-- main.outcome_means of those whose mean score is not hidden from the reader.
create view guarded.outcome_means as
select means.*
from main.outcome_means as means
anti join guarded.hidden_now
    on
        measure_of('outcomes', means.exam || ':' || means.subject) = hidden_now.measure
        and means.level = hidden_now.level
        and means.territory_id = hidden_now.territory_id
        and means.year = hidden_now.year;
