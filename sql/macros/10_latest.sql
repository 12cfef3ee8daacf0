-- For each key the row with the greatest number. relation: name of a table or CTE. key, number: its columns.
create or replace temp macro latest(relation, key, number) as table
    select *
    from query_table(relation)
    qualify row_number() over (partition by key order by number desc) = 1;
