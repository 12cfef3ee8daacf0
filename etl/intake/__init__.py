"""Loading, for the command line and pages alike: prepare, check, rehearse, commit."""
