"""The passport of a region or municipality, on screen and as a workbook."""
