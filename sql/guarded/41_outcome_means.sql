-- main.outcome_means of those whose mean score is not hidden from who is asking.
create view guarded.outcome_means as
select means.* -- noqa: AM04
from main.outcome_means as means
anti join guarded.hidden_here
    on
        'outcomes:' || means.exam || ':' || means.subject = hidden_here.measure
        and means.level = hidden_here.level
        and means.territory_id = hidden_here.territory_id
        and means.year = hidden_here.year;
