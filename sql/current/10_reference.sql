-- The reference lists of the warehouse, and the targets that stand.
create or replace temp table regions as
from reference.regions;

create or replace temp table municipalities as
from reference.municipalities;

create or replace temp table competencies as
from reference.competencies;

create or replace temp table targets as
from current_targets;
