"""Addressed recommendations (Положение № 17, п. 6.3): rules, generation, their life, what became of them.

Conditions of sql/conditions say where there is a reason, rules of sql/reference say what is then to be done, by whom
and how soon. The ledger keeps recommendations and events; marts show them beside what later rounds say of each.
"""
