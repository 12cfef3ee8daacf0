"""Properties tried on random examples: a few in `make test`, many in `make soak`."""

import pytest


def few_or_many(few: int, many: int) -> pytest.MarkDecorator:
    """Run a test with `examples` = few, and with many when soaking."""
    return pytest.mark.parametrize("examples", [few, pytest.param(many, marks=pytest.mark.soak)])
