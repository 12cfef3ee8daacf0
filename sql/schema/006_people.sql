-- People with a role, and how far the audit trail had come when the warehouse was written. Rows are only ever added.

-- grain: one event in the life of a person's access: added, changed, closed, reopened. The latest one stands.
-- person is their number, which the audit trail names them by. identity is what the provider of sign-in calls them (an
-- e-mail address in small letters, as a rule). municipalities: OKTMO codes separated by a comma, of the role municipal.
create table ledger.people_events (
    person integer not null,
    event_number integer not null,
    event varchar not null,
    happened_at timestamp not null,
    actor varchar not null,
    identity varchar not null,
    name varchar not null,
    role varchar not null,
    municipalities varchar
);

-- grain: one length of the audit trail that a writer has found: its number of entries and the digest of the last one.
-- A trail that was cut short or rewritten does not reach them.
create table ledger.audit_anchors (
    entries bigint not null,
    digest varchar not null,
    noted_at timestamp not null
);
