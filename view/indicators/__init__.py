"""Indicators: analysis cards, municipality profile, regions, deficits, the rows behind a value."""
