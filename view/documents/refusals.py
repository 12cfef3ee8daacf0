"""Refusals to make a document; the messages are Russian and meant for people."""

from warehouse.errors import Refused


class ReportRefused(Refused):
    """The document cannot be made as asked: the file name, territory or option does not fit."""


class NothingToReport(Refused):
    """The publication has no such half-year, region, municipality or profile."""


class PdfUnavailable(Refused):
    """LibreOffice is not installed or failed."""
