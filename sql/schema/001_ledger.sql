-- The ledger: who loaded what and when, what was found, what was withdrawn, what was published.
-- Rows are only ever added; the state of a batch is its latest event.
create schema if not exists ledger;

create schema if not exists facts;

create schema if not exists reference;

-- grain: one setting of this warehouse
create table ledger.installation (
    setting varchar not null,
    value varchar not null
);

-- grain: one batch
create table ledger.batches (
    batch integer not null,
    dataset varchar not null,
    region_id varchar,
    submission integer not null,
    author varchar not null,
    loaded_at timestamp not null,
    rows_read bigint not null,
    rows_loaded bigint not null,
    rows_superseded bigint not null,
    rows_unchanged bigint not null,
    rows_quarantined bigint not null,
    rows_left_out bigint not null,
    confirmation varchar
);

-- grain: one file of a batch
create table ledger.files (
    batch integer not null,
    file_number integer not null,
    name varchar not null,
    sha256 varchar not null,
    bytes bigint not null,
    format varchar not null
);

-- grain: one event in the life of a batch: loaded, withdrawn, restored
create table ledger.batch_events (
    batch integer not null,
    event_number integer not null,
    event varchar not null,
    happened_at timestamp not null,
    actor varchar not null,
    reason varchar
);

-- grain: one finding of a loaded batch
create table ledger.findings (
    batch integer not null,
    file varchar,
    severity varchar not null,
    rule varchar not null,
    source_row bigint,
    column_header varchar,
    value varchar,
    message varchar not null,
    reason varchar
);

-- grain: one row kept back with its batch; cells as JSON by column code, persons as pseudonyms
create table ledger.quarantine (
    batch integer not null,
    file_number integer not null,
    source_row bigint not null,
    cells varchar not null
);

-- grain: one match of a file's columns, made by hand; the latest of a dataset and layout counts
create table ledger.layouts (
    dataset varchar not null,
    layout varchar not null,
    mapping varchar not null,
    author varchar not null,
    remembered_at timestamp not null
);

-- grain: one publication
create table ledger.publications (
    publication integer not null,
    published_at timestamp not null,
    author varchar not null,
    reason varchar not null,
    kept boolean not null
);

create table reference.regions (
    region_id varchar not null,
    name varchar not null,
    name_genitive varchar not null
);

-- former_ids and aliases hold several values separated by a semicolon
create table reference.municipalities (
    municipality_id varchar not null,
    region_id varchar not null,
    name varchar not null,
    short_name varchar not null,
    kind varchar not null,
    former_ids varchar,
    aliases varchar,
    tile_row integer,
    tile_column integer
);

create table reference.competencies (
    competency varchar not null,
    name varchar not null,
    position integer not null
);

-- grain: one target of a profile, indicator and year
create table reference.targets (
    profile varchar not null,
    indicator varchar not null,
    year bigint not null,
    operator varchar not null,
    value double not null,
    levels varchar not null,
    document varchar,
    clause varchar,
    valid_from date,
    valid_to date,
    note varchar
);
