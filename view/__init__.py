"""What pages and documents show, a package a subject."""
