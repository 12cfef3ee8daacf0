"""Coverage-guided search for files on which the program fails; see `tests/fuzz/read.py`."""
