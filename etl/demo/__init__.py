"""Demonstration: synthetic data of a whole region with known findings (`stories`).

`generate` makes submissions, `write` turns them into files, `rounds` gives their monitoring rounds.
"""
