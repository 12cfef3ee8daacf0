-- One row per region, half-year and regional methodist active on its cut-off day: own municipality; teachers assigned
-- in all municipalities together (load); in how many municipalities; and each requirement for members of the regional
-- active: degree; five years of experience; the highest category or a title; diagnostics passed.
create table regional_methodists as
with
loads as (
    select
        assigned.year,
        assigned.half,
        assigned.methodist_id,
        cast(sum(assigned.teachers_assigned) as bigint) as load,
        count(distinct territories.territory_id) filter (where assigned.teachers_assigned > 0) as municipalities
    from temp.active_assignments as assigned
    inner join temp.organization_territories as territories
        on assigned.organization_id = territories.organization_id and territories.level = 'M'
    group by assigned.year, assigned.half, assigned.methodist_id
)

select
    active.region_id,
    active.year,
    active.half,
    active.methodist_id,
    active.municipality as municipality_id,
    coalesce(loads.load, 0) as load,
    coalesce(loads.municipalities, 0) as municipalities,
    active.pedagogical_degree as has_degree,
    active.experience_years >= 5 as has_experience,
    coalesce(active.category = 'высшая' or active.title <> '', false) as has_category,
    active.diagnostics_passed as has_diagnostics
from temp.active_methodists as active
left join loads
    on active.year = loads.year and active.half = loads.half and active.methodist_id = loads.methodist_id
where active.level = 'региональный'
order by active.region_id, active.year, active.half, active.methodist_id;
