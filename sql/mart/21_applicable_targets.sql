-- One row per profile, indicator, level of it and year: the target that applies in that year, or the first future one
-- as a goal. A target applies from its year on until a later one replaces it, as long as it is valid on the last day
-- of the year asked for; a goal has to be valid on the last day of its own year. `composite` takes, for each
-- indicator, the targets of the first profile in the order of the reference that has any.
create table applicable_targets as
with
written_targets as (
    select
        profile,
        indicator,
        unnest(string_split(levels, ' ')) as level,
        year,
        operator,
        cast(value as double) as value,
        document,
        clause,
        coalesce(valid_from, date '0001-01-01') as valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to
    from temp.targets
),

preferred_profiles as (
    select
        written.indicator,
        arg_min(written.profile, ranked.position) as profile
    from written_targets as written
    inner join temp.profiles as ranked on written.profile = ranked.profile
    where ranked.position is not null
    group by written.indicator
),

offered_targets as (
    select
        profile as asked_profile,
        *
    from written_targets
    union all
    select
        'composite' as asked_profile,
        written.*
    from written_targets as written
    inner join preferred_profiles as preferred
        on written.indicator = preferred.indicator and written.profile = preferred.profile
),

profiles as (
    select profile from temp.profiles
    union
    select profile from written_targets
),

indicator_levels as (
    select
        code as indicator,
        unnest(string_split(levels, ' ')) as level
    from indicators
),

years as (
    select distinct year
    from temp.half_years
),

questions as (
    select
        profiles.profile,
        indicator_levels.indicator,
        indicator_levels.level,
        years.year
    from profiles
    cross join indicator_levels
    cross join years
),

targets_in_force as (
    select
        asked.profile,
        asked.indicator,
        asked.level,
        asked.year,
        offered.year as target_year,
        offered.value as target,
        offered.operator,
        offered.profile as target_profile,
        offered.document,
        offered.clause
    from questions as asked
    inner join offered_targets as offered
        on
            asked.profile = offered.asked_profile
            and asked.indicator = offered.indicator
            and asked.level = offered.level
    where
        offered.year <= asked.year
        and make_date(asked.year, 12, 31) between offered.valid_from and offered.valid_to
    qualify row_number() over (
        partition by asked.profile, asked.indicator, asked.level, asked.year
        order by offered.year desc, offered.valid_from desc, offered.valid_to asc, offered.document asc
    ) = 1
),

goals as (
    select
        asked.profile,
        asked.indicator,
        asked.level,
        asked.year,
        offered.year as goal_year,
        offered.value as goal,
        offered.operator,
        offered.profile as target_profile,
        offered.document,
        offered.clause
    from questions as asked
    inner join offered_targets as offered
        on
            asked.profile = offered.asked_profile
            and asked.indicator = offered.indicator
            and asked.level = offered.level
    where
        offered.year > asked.year
        and make_date(offered.year, 12, 31) between offered.valid_from and offered.valid_to
    qualify row_number() over (
        partition by asked.profile, asked.indicator, asked.level, asked.year
        order by offered.year asc, offered.valid_from desc, offered.valid_to asc, offered.document asc
    ) = 1
)

select
    asked.profile,
    asked.indicator,
    asked.level,
    asked.year,
    applicable.target,
    applicable.target_year,
    coalesce(applicable.operator, goals.operator) as operator,
    coalesce(applicable.target_profile, goals.target_profile) as target_profile,
    coalesce(applicable.document, goals.document) as document,
    coalesce(applicable.clause, goals.clause) as clause,
    case when applicable.target is null then goals.goal end as goal,
    case when applicable.target is null then goals.goal_year end as goal_year
from questions as asked
left join targets_in_force as applicable
    on
        asked.profile = applicable.profile
        and asked.indicator = applicable.indicator
        and asked.level = applicable.level
        and asked.year = applicable.year
left join goals
    on
        asked.profile = goals.profile
        and asked.indicator = goals.indicator
        and asked.level = goals.level
        and asked.year = goals.year
order by asked.profile, asked.indicator, asked.level, asked.year;
