/*
title: Доля больше 100 %
why: Числитель больше знаменателя. Нарастающим итогом так бывает, когда люди ушли, а их обучение осталось; в остальных
  случаях не хватает людей в кадровом составе или люди записаны не за той организацией.
advice: Сверьте кадровый состав со списком людей; если дело в уволившихся, примите находку с этим объяснением.
severity: warning
position: 50
datasets: passport_organizations
subject: indicator
watched: numerator denominator
message: {territory}: «{indicator}» за {period} — {value.1} %: в числителе {numerator}, в знаменателе {denominator}.
*/
select
    measured.territory_id,
    measured.year,
    measured.half,
    null as organization_id,
    measured.indicator as subject,
    measured.numerator,
    measured.denominator,
    measured.value,
    null as evidence
from indicator_values as measured
inner join indicators on measured.indicator = indicators.code
where
    indicators.kind = 'share'
    and measured.level in ('R', 'M')
    and measured.numerator > measured.denominator
