-- One row per part of the passport that a territory either sends or does not, half-year and territory that has sent it.
create or replace temp view passport_sendings as
select distinct
    'municipal_methodists' as part,
    municipality as place,
    year,
    half
from temp.active_methodists
where level = 'муниципальный'
union all
select distinct
    'assignments' as part,
    organizations.municipality as place,
    assignments.year,
    assignments.half
from temp.assignments as assignments
inner join temp.organizations as organizations on assignments.organization_id = organizations.organization_id
union all
select
    'training' as part,
    territory_id as place,
    year,
    half
from training_totals
where level = 'M'
union all
select
    'infrastructure_reports' as part,
    municipality as place,
    year,
    half
from temp.passport_municipalities
union all
select distinct
    'registry' as part,
    owners.place,
    owners.year,
    owners.half
from temp.registry as registry
inner join passport_owners as owners
    on
        registry.territory = owners.place
        and registry.since <= owners.cutoff
        and (registry.until is null or registry.until > owners.cutoff)
union all
select
    'events' as part,
    territory_id as place,
    year,
    half
from passport_totals
where level = 'M' and events > 0
union all
select
    'young_support' as part,
    territory_id as place,
    year,
    half
from support_totals
where level = 'M'
union all
select
    'program_list' as part,
    territory_id as place,
    year,
    half
from passport_totals
where level = 'R' and programs > 0
union all
select distinct
    'finance' as part,
    owners.place,
    owners.year,
    owners.half
from temp.passport_finance as finance
inner join passport_owners as owners on finance.territory = owners.place and finance.year = owners.year
union all
select distinct
    'resources' as part,
    owners.place,
    owners.year,
    owners.half
from temp.passport_resources as resources
inner join passport_owners as owners on resources.territory = owners.place
union all
select distinct
    'roadmap' as part,
    owners.place,
    owners.year,
    owners.half
from temp.roadmap as roadmap
inner join passport_owners as owners on roadmap.territory = owners.place;
