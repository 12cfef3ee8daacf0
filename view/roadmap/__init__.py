"""The roadmap: measures, their dates and states."""
