"""Contracts of the datasets, parsing of cells, rules, and findings in Russian.

Nothing here opens a database: registers, previous half-years and municipalities are passed as values.
"""
