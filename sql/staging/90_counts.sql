-- What indicators count, by territory and half-year. The parameters are names of relations, mostly CTEs.

-- One row per territory and half-year in which an organization of it reported: the columns of territory_staff, and as
-- numerator the distinct units of its reporting organizations.
-- units: organization_id, year, half, unit (a person, a team).
create or replace temp macro counts_of_reporting(units) as table
    with
    distinct_units as (
        select
            given.year,
            given.half,
            territories.level,
            territories.territory_id,
            count(distinct given.unit) as numerator
        from query_table(units) as given -- noqa: RF02
        inner join organization_territories as territories on given.organization_id = territories.organization_id
        group by given.year, given.half, territories.level, territories.territory_id
    )

    select
        staff.*,
        coalesce(distinct_units.numerator, 0) as numerator
    from territory_staff as staff
    left join distinct_units
        on
            staff.level = distinct_units.level
            and staff.territory_id = distinct_units.territory_id
            and staff.year = distinct_units.year
            and staff.half = distinct_units.half;

-- The same for units that count from a day of a year on until the end of that year.
-- units: organization_id, unit, year, first_on.
create or replace temp macro counts_within_year(units) as table
    with
    units_within_year as (
        select
            reporting.organization_id,
            reporting.year,
            reporting.half,
            given.unit
        from query_table(units) as given -- noqa: RF02
        inner join reporting_organizations as reporting
            on given.organization_id = reporting.organization_id and given.year = reporting.year
        where given.first_on <= reporting.cutoff
    )

    from counts_of_reporting('units_within_year');

-- The same for units that count from a day on for ever.
-- units: organization_id, unit, first_on.
create or replace temp macro counts_for_ever(units) as table
    with
    first_days as (
        select
            organization_id,
            unit,
            min(first_on) as first_on
        from query_table(units)
        group by organization_id, unit
    ),

    units_so_far as (
        select
            reporting.organization_id,
            reporting.year,
            reporting.half,
            first_days.unit
        from first_days
        inner join reporting_organizations as reporting on first_days.organization_id = reporting.organization_id
        where first_days.first_on <= reporting.cutoff
    )

    from counts_of_reporting('units_so_far');

-- One row per territory and half-year: the numerator of a count, zero where there is nothing to count, and no
-- denominator.
-- counts: level, territory_id, year, half, numerator.
create or replace temp macro counts_of_all(counts) as table
    select
        universe.region_id,
        universe.year,
        universe.half,
        universe.level,
        universe.territory_id,
        coalesce(given.numerator, 0) as numerator,
        null as denominator
    from territory_half_years as universe
    left join query_table(counts) as given -- noqa: RF02
        on
            universe.level = given.level
            and universe.territory_id = given.territory_id
            and universe.year = given.year
            and universe.half = given.half;

-- The same of the regions that have sent a dataset: silence is not zero. sent: a dataset of loaded_datasets.
create or replace temp macro counts_of_sent(counts, sent) as table
    select numbers.*
    from counts_of_all(counts) as numbers -- noqa: RF02
    inner join loaded_datasets as loaded on numbers.region_id = loaded.region_id
    where loaded.dataset = sent; -- noqa: RF02
