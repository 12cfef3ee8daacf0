"""What every page shares: chrome, filters, words for figures, charts and downloads."""
