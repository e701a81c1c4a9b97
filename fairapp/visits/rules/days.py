"""Days of visits: which days a weekly rule names, hours of the wall clock, and the weeks of a month's calendar."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask_babel import lazy_gettext as _l

from fairapp import clock
from fairapp.errors import Invalid

WEEKDAYS = tuple(range(7))  # 0 is Monday
MOST_DAYS = 200  # of one rule
NO_DAYS = _l("이 기간에는 그 요일이 없어요")
TOO_MANY_DAYS = _l("한 번에 %(most)s일까지 만들 수 있어요. 기간을 줄여 주세요", most=MOST_DAYS)
ENDS_FIRST = _l("끝나는 시각은 시작하는 시각보다 늦어야 해요")
OFF_GRID = _l("5분 단위로 정해 주세요")
NO_SUCH_TIME = _l("이 날에는 없는 시각이에요. 시계를 앞당기는 날이에요")


@dataclass(frozen=True, slots=True)
class Hours:
    """From – until on a day, by the wall clock of the fair's zone."""

    starts: time
    ends: time

    def on(self, day: date, zone: str) -> tuple[datetime, datetime]:
        """Return the moments of these hours on the day (UTC); Invalid for hours that cannot be."""
        if self.ends <= self.starts:
            raise Invalid.one("ends", ENDS_FIRST)
        for name, at in (("starts", self.starts), ("ends", self.ends)):
            if at.minute % 5 or at.second:
                raise Invalid.one(name, OFF_GRID)
        try:
            start = clock.from_local(datetime.combine(day, self.starts), zone)
            return start, clock.from_local(datetime.combine(day, self.ends), zone)
        except ValueError as error:
            raise Invalid.one("starts", NO_SUCH_TIME) from error


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a rule names, and why nobody comes then: `holiday`, `exception`, or None where somebody does."""

    day: date
    off: str | None = None


def visit_days(
    first: date,
    last: date,
    weekdays: Collection[int],
    exceptions: Collection[date],
    holidays: Collection[date],
) -> list[Day]:
    """Return the days from first to last that fall on the weekdays (0 is Monday), those left out marked with the reason.

    Raises Invalid where the rule names no day or more than MOST_DAYS.
    """
    if last < first:
        raise Invalid.one("last_day", _l("마지막 날은 첫날보다 늦어야 해요"))
    if (last - first).days > 800:
        raise Invalid.one("last_day", TOO_MANY_DAYS)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    named = [day for day in days if day.weekday() in weekdays]
    if not named:
        raise Invalid.one("weekdays", NO_DAYS)
    if len(named) > MOST_DAYS:
        raise Invalid.one("last_day", TOO_MANY_DAYS)
    why = dict.fromkeys(holidays, "holiday") | dict.fromkeys(exceptions, "exception")
    return [Day(day, why.get(day)) for day in named]


def range_of(when: str, today: date) -> tuple[date, date]:
    """Return first and last day of `today`, `week` (to Sunday), `month`, or of a day or month as written in an address.

    Anything else is the month that begins today.
    """
    if when == "today":
        return today, today
    if when == "week":
        return today, today + timedelta(days=6 - today.weekday())
    if when == "month":
        return today, _month_end(today)
    for text, is_month in ((when, False), (f"{when}-01", True)):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            continue
        if len(text) == 10 and 2000 <= day.year <= 2100:
            return day, _month_end(day) if is_month else day
    return today, today + timedelta(days=30)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def month_weeks(month: date) -> list[list[date]]:
    """Return the weeks, Monday first, that have a day of the month."""
    first, last = month.replace(day=1), _month_end(month)
    start = first - timedelta(days=first.weekday())
    weeks = ((last - start).days // 7) + 1
    return [[start + timedelta(days=7 * week + n) for n in range(7)] for week in range(weeks)]


def months_between(first: date, last: date) -> Sequence[date]:
    """Return the first days of the months from the one of `first` to the one of `last`."""
    found = [first.replace(day=1)]
    while _month_end(found[-1]) < last:
        found.append(_month_end(found[-1]) + timedelta(days=1))
    return found
