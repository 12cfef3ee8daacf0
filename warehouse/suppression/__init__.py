"""Suppression of small groups: which figures are hidden, and which others protect them."""
