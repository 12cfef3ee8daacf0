-- What publications have said of the groups that figures are about, remembered so that a later one does not reveal what
-- an earlier one hid: figures that come back after a withdrawal are those that were there before.

-- grain: one change of the figures about a group: of a measure, in a half-year, for a territory, from this publication
-- on. figures: how many people it has, and what else is shown of them; 0 people where nobody is left.
create table ledger.group_figures (
    publication integer not null,
    measure varchar not null,
    region_id varchar not null,
    year bigint not null,
    half bigint not null,
    level varchar not null,
    territory_id varchar not null,
    figures double[] not null
);
