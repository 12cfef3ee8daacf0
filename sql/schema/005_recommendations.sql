-- Recommendations and what people did about them. Rows are only ever added; the latest generation of a recommendation
-- and its latest event say what it is now.

-- grain: one generation of a recommendation. A draft that nobody has touched is made anew when its figures change; from
-- its approval on it stays as it was. figures: JSON, what the condition returned beside the columns here.
create table ledger.recommendations (
    recommendation varchar not null,
    generation integer not null,
    rule varchar not null,
    rule_version bigint not null,
    condition varchar not null,
    region_id varchar not null,
    level varchar not null,
    territory_id varchar not null,
    indicator varchar not null,
    subject varchar not null,
    year bigint not null,
    half bigint not null,
    due_year bigint not null,
    due_half bigint not null,
    due_on date not null,
    urgency varchar not null,
    numerator double,
    denominator double,
    value double,
    target double,
    operator varchar,
    verdict varchar,
    gap double not null,
    distance double not null,
    figures varchar not null,
    finding varchar not null,
    title varchar not null,
    measure varchar not null,
    responsible varchar not null,
    basis varchar not null,
    publication integer not null,
    author varchar not null,
    generated_at timestamp not null
);

-- grain: one event in the life of a recommendation: drafted, edited, approved, returned, sent, answered, reported,
-- reopened, withdrawn; lapsed and renewed when the data of its own round no longer or again give a reason for a draft.
-- text: the words of a specialist that stand beside the generated ones from this event on.
create table ledger.recommendation_events (
    recommendation varchar not null,
    event_number integer not null,
    event varchar not null,
    text varchar,
    due_on date,
    comment varchar,
    actor varchar not null,
    role varchar not null,
    happened_at timestamp not null,
    publication integer not null
);
