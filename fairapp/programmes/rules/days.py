"""Days of the way to a job: they are calendar days of the agencies' zone, Korea's."""

from datetime import date, datetime

from fairapp import clock

ZONE = "Asia/Seoul"


def day_of(moment: datetime) -> date:
    """Return the calendar day of a moment, by the clocks of the agencies."""
    return clock.local(moment, ZONE).date()


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, the last of the month where there is none."""
    years, month = divmod(day.month - 1 - months, 12)
    year = day.year + years
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - date.resolution).day
    return date(year, month + 1, min(day.day, last))
