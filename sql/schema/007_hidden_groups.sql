-- What is hidden from roles that may not see people, remembered so that a later publication does not reveal it.

-- grain: one change of what is hidden: of a measure, in a half-year, for a territory, from this publication on.
-- municipality_id: whose people they are, missing for a region. why: small (a group of one to four), companion (would
-- reveal another by subtraction), total (would reveal one of its parts), absent (hidden before and not there now),
-- shown (no longer hidden). reference: how many people the group had when this figure was first hidden.
create table ledger.hidden_groups (
    publication integer not null,
    measure varchar not null,
    region_id varchar not null,
    year bigint not null,
    half bigint not null,
    level varchar not null,
    territory_id varchar not null,
    municipality_id varchar,
    why varchar not null,
    reference bigint not null
);
