/*
title: Нет звена муниципальной методической системы
finding: По паспорту муниципалитета за {period} {absent}.
evidence: passport
note: Звенья муниципального уровня — служба, методический совет, ресурсный центр, дорожная карта, соглашение с
  ЦНППМ. Пустая клетка паспорта ничего не говорит, поэтому не проверяется.
*/
with
parts as (
    select
        sent.municipality,
        sent.year,
        sent.half,
        parts.subject,
        parts.present,
        parts.absent
    from temp.passport_municipalities as sent
    inner join temp.territory_half_years as universe
        on
            universe.level = 'M'
            and sent.municipality = universe.territory_id
            and sent.year = universe.year
            and sent.half = universe.half
    cross join lateral (
        values
        ('service', sent.methodical_service, 'методической службы нет'),
        ('council', sent.methodical_council, 'методического совета нет'),
        ('resource_centre', sent.resource_centers > 0, 'ресурсного методического центра нет'),
        ('roadmap', sent.roadmap_approved, 'дорожная карта не утверждена'),
        -- The day of an agreement is entered once it is signed, so an empty cell does say that there is none.
        ('agreement', coalesce(sent.agreement_on <= universe.cutoff, false), 'соглашения с Комитетом и ЦНППМ нет')
    ) as parts (subject, present, absent)
)

select
    region_of(municipality) as region_id,
    'M' as level,
    municipality as territory_id,
    year,
    half,
    '' as indicator,
    subject,
    case when present then 'clear' else 'raises' end as standing,
    null as numerator,
    null as denominator,
    null as value,
    null as target,
    null as operator,
    null as verdict,
    case when present then 0 else 1 end as gap,
    case when present then 0 else 100 end as distance,
    absent
from parts
where present is not null
