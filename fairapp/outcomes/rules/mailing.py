"""When a report that was ordered by mail goes out: at eight in the morning of the fair's zone."""

from datetime import datetime, timedelta

from fairapp import clock

EVERY = ("day", "week", "month")
HOUR = 8


def next_mail(every: str, zone: str, now: datetime) -> datetime:
    """Return the next time after `now`: tomorrow or today, the next Monday, or the next first of a month; UTC."""
    day = clock.local(now, zone).replace(hour=HOUR, minute=0, second=0, microsecond=0, tzinfo=None)
    while True:
        meant = every == "day" or (every == "week" and day.weekday() == 0) or (every == "month" and day.day == 1)
        if meant and clock.from_local(day, zone) > now:
            return clock.from_local(day, zone)
        day += timedelta(days=1)
