"""How long data stay: condensing of old years, backups, restoring, rotation of keys."""
