"""The sixteen datasets, one pandera model a file (datasets.md)."""
