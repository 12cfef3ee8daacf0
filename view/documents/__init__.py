"""Documents of a half-year: letters to municipalities, regional report, appendix, archive.

Imports go down: document_downloads, archive → letter, report, appendix → tables, charts, summary → word, source.
"""
