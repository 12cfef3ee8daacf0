"""From the current rows to a published mart: staging, indicators, checks, conditions."""
