"""Analyses that go beyond a value and its target: one module each, arithmetic first, then its figures from a mart."""
