"""The warehouse: storage of batches, their publication as marts, access rights, queries."""
