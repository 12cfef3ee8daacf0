-- One row per half-year, regional methodist active on its cut-off day and municipality where teachers are assigned to
-- them: how many.
create table methodist_loads as
select
    assigned.region_id,
    assigned.year,
    assigned.half,
    territories.territory_id as municipality_id,
    assigned.methodist_id,
    cast(sum(assigned.teachers_assigned) as bigint) as teachers
from temp.active_assignments as assigned
inner join temp.organization_territories as territories
    on assigned.organization_id = territories.organization_id and territories.level = 'M'
where assigned.methodist_level = 'региональный'
group by assigned.region_id, assigned.year, assigned.half, territories.territory_id, assigned.methodist_id
having sum(assigned.teachers_assigned) > 0
order by assigned.region_id, assigned.year, assigned.half, municipality_id, assigned.methodist_id;
