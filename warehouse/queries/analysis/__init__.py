"""Analyses beyond comparing a value with its target, one module each.

A module holds first the arithmetic, then the queries that feed it from a mart.
"""
