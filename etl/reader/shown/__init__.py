"""What the reading library does not give of a sheet: shown texts, merges, hidden cells."""
