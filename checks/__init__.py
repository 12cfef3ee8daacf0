"""What a file must be: contracts, cell parsing, rules, and findings in Russian.

Nothing here opens a database. Whatever a check has to know about the rest of the world (registers,
previous half-years, municipalities) it is handed as a value.
"""
