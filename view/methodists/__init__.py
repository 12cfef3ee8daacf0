"""Methodists: staffing, loads, requirements, the plan."""
