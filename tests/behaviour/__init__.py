"""Write down all that the program says of a warehouse, and compare two such records.

`python -m tests.behaviour FOLDER WAREHOUSE` records; `python -m tests.behaviour --compare FOLDER FOLDER` prints what
differs and exits with 1 if anything does. A change that must not alter behaviour is recorded before and after.

The warehouse is copied first, so it stays as it is. Commands run as `python -m etl` does, in this process to save the
imports; pages run by AppTest. Left out of a record is what changes by itself from run to run: hashes of widgets and
scripts, numbers of dropped files, moments of today, seconds that a check took, temporary paths, dates inside documents.
"""
