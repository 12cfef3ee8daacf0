"""Files and connections: addresses, locks, engine settings, schema and migrations, keys."""
