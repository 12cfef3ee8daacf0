-- One row per half-year of a region, part of the passport and territory that owes it (the region's own parts under its
-- code): how much is expected and how much of it is there, in organizations, records or fields; 1 where the territory
-- itself is what is counted. A part of which a territory has nothing to send has no row.
create table passport_completeness as
with
expected_sendings as (
    select
        parts.part,
        owners.place,
        owners.year,
        owners.half
    from passport_owners as owners
    inner join
        (
            values
            ('municipal_methodists', 'M'),
            ('assignments', 'M'),
            ('training', 'M'),
            ('infrastructure_reports', 'M'),
            ('registry', 'M'),
            ('events', 'M'),
            ('young_support', 'M'),
            ('finance', 'M'),
            ('resources', 'M'),
            ('roadmap', 'M'),
            ('program_list', 'R'),
            ('finance', 'R'),
            ('resources', 'R'),
            ('roadmap', 'R')
        ) as parts (part, level)
        on owners.level = parts.level
),

passport_parts as (
    select
        expected_sendings.part,
        expected_sendings.place,
        expected_sendings.year,
        expected_sendings.half,
        1 as expected,
        cast(sent.place is not null as integer) as present
    from expected_sendings
    left join passport_sendings as sent
        on
            expected_sendings.part = sent.part
            and expected_sendings.place = sent.place
            and expected_sendings.year = sent.year
            and expected_sendings.half = sent.half
    union all
    select
        part,
        place,
        year,
        half,
        expected,
        present
    from passport_fractions
)

select
    owners.region_id,
    parts.year,
    parts.half,
    parts.part,
    parts.place as territory_id,
    parts.expected,
    parts.present
from passport_parts as parts
inner join passport_owners as owners
    on parts.place = owners.place and parts.year = owners.year and parts.half = owners.half
order by owners.region_id, parts.year, parts.half, parts.part, parts.place;
