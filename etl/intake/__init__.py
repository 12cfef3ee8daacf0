"""One path for everything that is loaded: prepare, check, rehearse, commit."""
