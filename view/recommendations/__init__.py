"""Recommendations: list, card, next steps, results, rules."""
