"""Data quality: findings, batches, comparison of publications, rows kept back."""
