/*
title: Исполнение комплекса мер («дорожной карты»)
short: Исполнение дорожной карты
unit: %
kind: share
better: higher
levels: R M
decimals: 1
theme: Управление
position: 61
sources: M показатель 1
numerator: Меры дорожной карты территории со сроком не позже конца полугодия, исполненные к этому дню
denominator: Меры дорожной карты территории со сроком не позже конца полугодия
counted: мера, меры, мер
row_source: roadmap
open_base: считаются меры дорожной карты
note: Учтена только дорожная карта самой территории: меры муниципалитетов в карту региона не входят. Считаются все
    меры с наступившим сроком, а не только текущего года.
*/
select
    universe.year,
    universe.half,
    universe.level,
    universe.territory_id,
    count(*) filter (where roadmap.done_on <= universe.cutoff) as numerator,
    count(*) as denominator
from territory_half_years as universe
inner join roadmap on universe.territory_id = roadmap.territory
where universe.level in ('R', 'M') and roadmap.due_on <= universe.cutoff
group by universe.year, universe.half, universe.level, universe.territory_id
