"""Addressed recommendations (Положение № 17, п. 6.3): rules, generation, steps, outcomes.

Conditions of sql/conditions say where there is a reason, rules of sql/reference what is then to be done, by whom and by
when. The ledger keeps recommendations and events; marts show them beside what later rounds say of each.
"""
