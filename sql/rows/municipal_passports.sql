/*
title: Паспорта муниципалитетов
dataset: passport_municipalities
access: passport
subject: служба, службы, служб
shows: municipality methodical_service mutual_learning
why_no_service: Муниципальной методической службы нет: не входит ни в числитель, ни в знаменатель.
why_apart: Служба не участвовала во взаимообучении.
*/
select
    null as organization_id,
    passports.municipality as subject,
    1 as weight,
    case
        when not passports.methodical_service then 'no_service'
        when not passports.mutual_learning then 'apart'
    end as reason,
    passports.batch,
    passports.source_row,
    passports.municipality,
    passports.methodical_service,
    passports.mutual_learning
from facts.passport_municipalities as passports
inner join municipalities_in_view as municipalities on passports.municipality = municipalities.municipality_id
inner join period on passports.year = period.year and passports.half = period.half
