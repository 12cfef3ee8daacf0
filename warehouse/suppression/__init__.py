"""Small groups: which figures are hidden from whom, and what else would give them away."""
