-- main.passport_completeness without the parts of training and of young teachers where their figures are hidden from
-- the reader: that nothing was sent reveals that nobody is trained or supported.
create view guarded.passport_completeness as
select owed.*
from main.passport_completeness as owed
anti join guarded.hidden_now
    on
        hidden_now.measure
        = case owed.part when 'young_support' then 'young_support_share' when 'training' then 'trained' end
        and hidden_now.level = 'M'
        and owed.territory_id = hidden_now.territory_id
        and owed.year = hidden_now.year
        and owed.half = hidden_now.half;
