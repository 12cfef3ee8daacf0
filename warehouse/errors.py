"""The root of refusals: exceptions whose text is Russian and may be shown to a person."""


class Refused(Exception):
    """Something cannot be done, for a reason that a person may be told. Anything else is a fault of the program."""
