-- What publications are computed from, by names that no other warehouse and no other time has given. Rows are only ever
-- added.

-- grain: one state of the facts; the latest one is the present. It changes with every batch that comes, goes or returns
-- and whenever stored rows are written anew, so that rows kept beside a mart are never taken for others.
create table ledger.fact_states (
    state_number bigint not null,
    state uuid not null
);

insert into ledger.fact_states values (1, gen_random_uuid());
