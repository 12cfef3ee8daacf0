-- The macros of this file are also kept in each mart: sql/guarded calls them when a page asks.

-- Whether a group of people is small: figures about one to four are hidden from roles that may not see people.
create or replace temp macro is_small(people) as people between 1 and 4;

-- Name of a measure of sql/groups that there is one of for each subject: a step of the cascade, a competency, an
-- examination.
create or replace temp macro measure_of(kind, subject) as kind || ':' || subject;

-- Measures that the case of a recommendation tells of: its indicator, and where it is about one competency (subject),
-- the deficits of that and their training.
create or replace temp macro measures_of_case(indicator, subject) as
if(subject = '', [indicator], [indicator, measure_of('deficits', subject), measure_of('deficits_trained', subject)]);
