"""Batches of rows as they were loaded, which of them count now, and the reference lists."""
