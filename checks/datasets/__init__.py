"""The sixteen datasets, one pandera model a file; the method page prints them."""
