/*
title: Паспорта организаций
dataset: passport_organizations
access: organizations
subject: организация, организации, организаций
shows: organization_id methodical_service
why_no_service: Методической службы (совета) нет.
*/
select
    organizations_in_view.organization_id,
    organizations_in_view.organization_id as subject,
    1 as weight,
    case when not passports.methodical_service then 'no_service' end as reason,
    passports.batch,
    passports.source_row,
    passports.methodical_service
from passports
inner join organizations_in_view on passports.organization_id = organizations_in_view.organization_id
