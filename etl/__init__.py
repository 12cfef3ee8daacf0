"""Import of files: read them, map columns to contracts, add the rows as batches.

`python -m etl` is the operators' command line.
"""
