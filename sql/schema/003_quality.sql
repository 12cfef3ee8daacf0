-- What publications saw of quality findings, what people decided about them, and how targets changed.
-- Rows are only ever added; the present state is the latest row.

-- grain: one change in what publications see of a finding: seen, changed, gone
create table ledger.quality_sightings (
    finding varchar not null,
    sighting_number integer not null,
    sighting varchar not null,
    publication integer not null,
    check_code varchar not null,
    region_id varchar not null,
    territory_id varchar not null,
    organization_id varchar,
    subject varchar,
    year bigint not null,
    half bigint not null,
    figures varchar not null,
    fingerprint varchar not null,
    row_count bigint not null,
    message varchar not null
);

-- grain: one decision about a finding: accepted, sent_back, reopened; fingerprint of the figures that it was made on
create table ledger.quality_decisions (
    finding varchar not null,
    decision_number integer not null,
    decision varchar not null,
    reason varchar not null,
    fingerprint varchar not null,
    publication integer not null,
    actor varchar not null,
    happened_at timestamp not null
);

-- grain: one event in the life of a target: added, changed, withdrawn; columns hold the target as it became.
-- A target that ships with the program has an event only once it is changed or withdrawn.
create table ledger.target_events (
    target varchar not null,
    event_number integer not null,
    event varchar not null,
    profile varchar not null,
    indicator varchar not null,
    year bigint not null,
    operator varchar not null,
    value double not null,
    levels varchar not null,
    document varchar,
    order_number varchar,
    order_date date,
    clause varchar,
    valid_from date,
    valid_to date,
    note varchar,
    actor varchar not null,
    happened_at timestamp not null,
    reason varchar not null
);
