"""Documents of a half-year: letters to municipalities, the regional report, its appendix, an archive of all.

Imports go down: document_downloads, archive → letter, report, appendix → tables, charts, summary → word, source.
"""
