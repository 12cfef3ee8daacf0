"""Search for files on which the program fails, guided by what it has run. See `tests/fuzz/read.py`."""
