"""Maps of municipalities: tiles, or real boundaries."""
