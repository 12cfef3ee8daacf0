"""The demonstration: synthetic data of a whole region with known findings in them (`stories`).

`generate` makes submissions, `write` turns them into files, `rounds` gives their monitoring rounds.
"""
