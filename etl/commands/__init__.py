"""The command line: `python -m etl`, one module a group of commands."""
