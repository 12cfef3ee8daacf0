"""Indicators: analysis cards, municipality, regions, deficits, rows behind a value."""
