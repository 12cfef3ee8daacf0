-- Monitoring rounds and what went wrong while they were collected. Rows are only ever added; the state of a round is
-- what its latest events say.

-- grain: one event in the life of a region's round: opened, due_changed, returned, closed, reopened
-- happened_on is the day on the wall clock; due_until is the first moment after the due day.
-- datasets and municipalities hold several codes separated by a comma; municipalities missing in «opened» means all.
create table ledger.round_events (
    region_id varchar not null,
    year bigint not null,
    half bigint not null,
    event_number integer not null,
    event varchar not null,
    happened_at timestamp not null,
    happened_on date not null,
    actor varchar not null,
    due_on date,
    due_until timestamp,
    datasets varchar,
    municipalities varchar,
    batch integer,
    comment varchar,
    publication integer
);

-- grain: one load that left errors: rejected whole (no batch), or loaded with rows kept back
create table ledger.attempts (
    attempt integer not null,
    batch integer,
    dataset varchar not null,
    region_id varchar,
    happened_at timestamp not null,
    author varchar not null,
    files varchar not null,
    errors bigint not null,
    warnings bigint not null
);

-- grain: one municipality and half-year that an attempt concerns; year and half are missing where its rows have none
create table ledger.attempt_places (
    attempt integer not null,
    municipality_id varchar not null,
    year bigint,
    half bigint,
    faulty_rows bigint not null
);
