/*
title: Скачок числа педагогов муниципалитета
why: Число педагогов муниципалитета редко меняется за полугодие больше чем на 15 %. Чаще часть организаций не
  отчиталась, прислана дважды под разными кодами или в числе опечатка.
advice: Сравните списки организаций двух полугодий и самые большие изменения в них.
severity: warning
position: 70
datasets: passport_organizations
subject: none
watched: staff staff_before
message: {municipality}: за {period} {staff:педагогический работник,педагогических работника,педагогических работников},
  полугодием раньше — {staff_before} (изменение {change.1} %); {organizations=отчиталась,отчитались,отчиталось}
  {organizations:организация,организации,организаций}, раньше — {organizations_before}.
*/
with
staff_changes as (
    select
        present.territory_id,
        present.year,
        present.half,
        present.pedagogical_staff as staff,
        past.pedagogical_staff as staff_before,
        100.0 * (present.pedagogical_staff - past.pedagogical_staff) / past.pedagogical_staff as change,
        present.reporting as organizations,
        past.reporting as organizations_before
    from territory_staff as present
    inner join territory_staff as past
        on
            present.level = past.level
            and present.territory_id = past.territory_id
            and present.year * 2 + present.half = past.year * 2 + past.half + 1
    where
        present.level = 'M'
        and past.pedagogical_staff > 0
        and abs(present.pedagogical_staff - past.pedagogical_staff) > 30
),

passports as (
    select
        organizations.municipality,
        passport.year,
        passport.half,
        list({
            'dataset': 'passport_organizations',
            'batch': passport.batch,
            'source_row': passport.source_row,
            'organization_id': passport.organization_id,
            'person': null
        }) as evidence
    from passport_organizations as passport
    inner join organizations on passport.organization_id = organizations.organization_id
    group by organizations.municipality, passport.year, passport.half
)

select
    compared.territory_id,
    compared.year,
    compared.half,
    null as organization_id,
    null as subject,
    compared.staff,
    compared.staff_before,
    compared.change,
    compared.organizations,
    compared.organizations_before,
    passports.evidence
from staff_changes as compared
inner join passports
    on
        compared.territory_id = passports.municipality
        and compared.year = passports.year
        and compared.half = passports.half
where abs(compared.change) > 15
