-- main.passport_completeness without the part of young teachers where their figures are hidden from the reader: that
-- nothing was sent reveals that nobody is supported.
create view guarded.passport_completeness as
select owed.*
from main.passport_completeness as owed
anti join guarded.hidden_now
    on
        owed.part = 'young_support'
        and hidden_now.measure = 'young_support_share'
        and hidden_now.level = 'M'
        and owed.territory_id = hidden_now.territory_id
        and owed.year = hidden_now.year
        and owed.half = hidden_now.half;
