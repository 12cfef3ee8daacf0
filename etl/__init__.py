"""Files in: read them, map them to contracts, load them as batches. `python -m etl` is the operators' interface."""
