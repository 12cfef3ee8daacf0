-- One row per decision about a finding: accepted, sent_back, reopened.
create table mart.quality_decisions as
select
    finding,
    decision_number,
    decision,
    reason,
    publication,
    actor,
    happened_at
from ledger.quality_decisions
order by finding, decision_number;
