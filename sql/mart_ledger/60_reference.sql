-- The reference lists of the warehouse whole, also of regions that have no organizations yet.
create table mart.reference_regions as
from reference.regions;

create table mart.reference_municipalities as
from reference.municipalities;
