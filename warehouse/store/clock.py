"""Time: the current moment in UTC without a zone for the ledger, and local days."""

import datetime as dt


def now() -> dt.datetime:
    """Return the present moment, UTC without a zone."""
    return utc(dt.datetime.now(dt.UTC))


def utc(moment: dt.datetime) -> dt.datetime:
    """Return a moment with a time zone as UTC without a zone."""
    return moment.astimezone(dt.UTC).replace(tzinfo=None)


def today() -> dt.date:
    """Return the present day in the time zone of the machine."""
    return local_day(now())


def local_day(moment: dt.datetime) -> dt.date:
    """Return the day of a UTC moment without a zone in the time zone of the machine."""
    return moment.replace(tzinfo=dt.UTC).astimezone().date()


def end_of_day(day: dt.date) -> dt.datetime:
    """Return the first moment after a day of the machine's time zone, UTC without a zone."""
    return utc(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()).astimezone())
