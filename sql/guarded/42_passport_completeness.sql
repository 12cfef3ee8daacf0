-- main.passport_completeness without the support of young teachers where their figures are hidden from who is asking:
-- that nothing was sent tells that nobody is supported.
create view guarded.passport_completeness as
select owed.* -- noqa: AM04
from main.passport_completeness as owed
anti join guarded.hidden_here
    on
        owed.part = 'young_support'
        and hidden_here.measure = 'young_support_share'
        and hidden_here.level = 'M'
        and owed.territory_id = hidden_here.territory_id
        and owed.year = hidden_here.year
        and owed.half = hidden_here.half;
