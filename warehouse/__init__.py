"""The warehouse: where batches are kept, how they become a published mart, and who may see what."""
