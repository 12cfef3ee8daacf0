"""The root of refusals: exceptions whose text is Russian and may be shown to a person."""


class Refused(Exception):
    """A refusal with a reason that may be shown to a person; other errors are faults."""
