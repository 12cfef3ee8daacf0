"""The demonstration: invented data of a whole region, with stories to find in them.

`generate` makes submissions, `write` turns them into files, `rounds` and `stories` say what belongs to them.
"""
