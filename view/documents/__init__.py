"""Documents of a half-year: letters to municipalities, the report of the region, its appendix, an archive of all.

figures and cases of names → sentences, tables and charts → letter, region, appendix → archive, pdf.
"""
