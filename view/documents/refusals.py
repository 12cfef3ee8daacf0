"""Why a document cannot be made; the messages are Russian and meant for people."""

from warehouse.errors import Refused


class ReportRefused(Refused):
    """A document that cannot be made as asked: a name, a place or a file that does not fit."""


class NothingToReport(Refused):
    """The half-year, region, municipality or profile that documents are asked for has no figures."""


class NoOffice(Refused):
    """LibreOffice is not installed, or did not manage."""
