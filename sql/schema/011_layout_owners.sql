-- Whose a remembered match of columns is. Before, one person's match changed how everybody's files were read.

-- The municipality that the match belongs to; missing: the region, whose matches serve everybody.
alter table ledger.layouts add column municipality_id varchar;

-- Matches of people who are bound to municipalities go to these; where two such people share a name, to nobody.
insert into ledger.layouts
with municipal as (
    select
        name,
        any_value(municipalities) as municipalities
    from (
        select
            person,
            arg_max(name, event_number) as name,
            arg_max(role, event_number) as role,
            arg_max(municipalities, event_number) as municipalities
        from ledger.people_events
        group by person
    ) as people
    where role = 'municipal'
    group by name
    having count(*) = 1
)

select
    layouts.dataset,
    layouts.layout,
    layouts.mapping,
    layouts.author,
    layouts.remembered_at,
    unnest(string_split(municipal.municipalities, ',')) as municipality_id
from ledger.layouts as layouts
inner join municipal on layouts.author = municipal.name;

update ledger.layouts set municipality_id = ''
where
    municipality_id is null
    and author in (
        select name
        from ledger.people_events
        where role = 'municipal'
    );
