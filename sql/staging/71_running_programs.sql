-- One row per region, half-year and programme that is running in its window. A programme without a region belongs to
-- every region of the warehouse.
create or replace temp table running_programs as
select
    half_years.region_id,
    half_years.year,
    half_years.half,
    half_years.cutoff,
    programs.program_id,
    programs.registered_on,
    programs.lms_on
from half_years
inner join programs on coalesce(programs.region_id, half_years.region_id) = half_years.region_id
where
    programs.active_from <= half_years.cutoff
    and (programs.active_to is null or programs.active_to >= half_years.window_start);
