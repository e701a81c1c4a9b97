"""Reading the busy times of a calendar file (RFC 5545): events that take time, and the periods of free/busy blocks."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from icalendar import Calendar, Component
from icalendar.prop import vBroken
from recurring_ical_events import of as occurrences_of

from fairapp.errors import Invalid
from fairapp.scheduling.rules.times import GRAIN

LARGEST_CALENDAR = 2_000_000  # bytes
HORIZON = timedelta(days=92)  # a person is asked again after a quarter; no fair is announced longer ahead
MOST_BUSY, MOST_EVENTS, MOST_SERIES = 500, 10_000, 200
LONGEST_BUSY = timedelta(days=1)
FEED_REACHES_BACK = timedelta(days=30)
OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}  # a rule that can name more times than anybody has appointments
NO_CALENDAR = _l("달력 파일(.ics)이 아니거나 읽을 수 없어요")
TOO_LARGE = _l("달력 파일은 2MB까지 읽을 수 있어요")
TOO_OFTEN = _l("하루보다 자주 되풀이되는 일정이 있어 읽을 수 없어요")
TOO_MANY_TIMES = _l("일정이 너무 많아 읽을 수 없어요")
BROKEN = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError)
TIMED = ("DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "RECURRENCE-ID")
EARLIEST = 1970  # a series that began before takes long to follow to this day
MOST_WITHIN_A_DAY = 24
Busy = tuple[datetime, datetime]


def busy_times(content: bytes, now: datetime, zone: str) -> list[Busy]:
    """Return when the calendar's owner is busy from `now` for 92 days: (start, end) in UTC, in order, none touching.

    Times without a zone are of `zone`. Ends are rounded outward to five minutes. Cancelled events and those that their
    owner shows as free do not count, nor days noted as a whole unless they say that they are busy (RFC 5545, 3.8.2.7).
    Raises Invalid with a sentence about `file` for what is no calendar, is too large, or repeats more than daily.
    """
    if len(content) > LARGEST_CALENDAR:
        raise Invalid.one("file", TOO_LARGE)
    calendars = _calendars(content)
    try:
        _check_series(calendars)
    except TooOften as error:
        raise Invalid.one("file", TOO_OFTEN) from error
    until = now + HORIZON
    found = [one for calendar in calendars for one in _of_calendar(calendar, now, until, zone)]
    times = list(_merged(found, now, until))
    if len(times) > MOST_BUSY:
        raise Invalid.one("file", TOO_MANY_TIMES)
    return times


def _calendars(content: bytes) -> Sequence[Component]:
    for coding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp949"):
        try:
            text = content.decode(coding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Invalid.one("file", NO_CALENDAR)
    try:
        found = Calendar.from_ical(text, multiple=True)
    except BROKEN as error:
        raise Invalid.one("file", NO_CALENDAR) from error
    calendars = [one for one in found if one.name == "VCALENDAR"]
    if not calendars:
        raise Invalid.one("file", NO_CALENDAR)
    return calendars


class TooOften(Exception):
    """A rule names more times than anybody has appointments."""


def _check_series(calendars: Sequence[Component]) -> None:
    """Refuse what would take long to follow: rules that repeat within a day, too many events."""
    events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    series = [event for event in events if event.get("RRULE") is not None]
    if len(events) > MOST_EVENTS or len(series) > MOST_SERIES:
        raise Invalid.one("file", TOO_MANY_TIMES)
    for event in series:
        given: Any = event["RRULE"]
        with suppress(*BROKEN):  # a rule that cannot be read is left out with its series
            for rule in given if isinstance(given, list) else [given]:
                within = [len(rule.get(part, [1])) for part in ("BYHOUR", "BYMINUTE", "BYSECOND")]
                often = {str(one).upper() for one in rule.get("FREQ", [])} & OFTEN
                if often or within[0] * within[1] * within[2] > MOST_WITHIN_A_DAY:
                    raise TooOften


def _of_calendar(calendar: Component, now: datetime, until: datetime, zone: str) -> Iterator[Busy]:
    _leave_out_broken(calendar)
    try:
        events = occurrences_of(calendar, skip_bad_series=True).between(now, until)
    except BROKEN as error:
        raise Invalid.one("file", NO_CALENDAR) from error
    for event in events:
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        shown = str(event.get("TRANSP", "")).upper()
        start, end = _dates(event)
        whole_days = isinstance(start, date) and not isinstance(start, datetime)
        if start is None or end is None or shown == "TRANSPARENT" or (whole_days and shown != "OPAQUE"):
            continue
        yield _moment(start, zone), _moment(end, zone)
    for block in calendar.walk("VFREEBUSY"):
        yield from _periods(block, zone)


def _leave_out_broken(calendar: Component) -> None:
    """Take out events that cannot be followed; the others of the file are still somebody's busy times."""
    for event in calendar.walk("VEVENT"):
        try:
            start: Any = event.get("DTSTART")
            readable = start.dt.year >= EARLIEST and not any(isinstance(event.get(name), vBroken) for name in TIMED)
        except BROKEN:
            readable = False
        if not readable and event in calendar.subcomponents:
            calendar.subcomponents.remove(event)


def _dates(event: Component) -> tuple[Any, Any]:
    start, end = (getattr(event.get(name), "dt", None) for name in ("DTSTART", "DTEND"))
    return start, end


def _periods(block: Component, zone: str) -> Iterator[Busy]:
    """Give the periods of a free/busy block that are not free (RFC 5545, 3.2.9)."""
    listed: Any = block.get("FREEBUSY", [])
    for given in listed if isinstance(listed, list) else [listed]:
        if str(getattr(given, "params", {}).get("FBTYPE", "BUSY")).upper() == "FREE":
            continue
        for period in getattr(given, "dts", None) or [given]:
            start, end = getattr(period, "dt", period) if not hasattr(period, "start") else (period.start, period.end)
            if isinstance(end, timedelta):
                end = start + end
            yield _moment(start, zone), _moment(end, zone)


def _moment(at: date | datetime, zone: str) -> datetime:
    whole = at if isinstance(at, datetime) else datetime.combine(at, time.min)
    return (whole if whole.tzinfo is not None else whole.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def _merged(found: Iterable[Busy], now: datetime, until: datetime) -> Iterator[Busy]:
    """Give the times within the window as stretches that do not touch, on the five-minute grid, a day at most each."""
    spans = []
    for start, end in found:
        first, last = max(start, now), min(end, until)
        if first < last:
            spans.append((int(first.timestamp()) // GRAIN * GRAIN, -(-int(last.timestamp()) // GRAIN) * GRAIN))
    joined: list[list[int]] = []
    for low, high in sorted(spans):
        if joined and low <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], high)
        else:
            joined.append([low, high])
    most = int(LONGEST_BUSY.total_seconds())
    for low, high in joined:
        for at in range(low, high, most):
            yield datetime.fromtimestamp(at, UTC), datetime.fromtimestamp(min(at + most, high), UTC)
