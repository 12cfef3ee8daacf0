"""Upload of files and monitoring rounds."""
