"""The present moment, and the way between UTC and a fair's own zone.

The code and the database know aware UTC times only. A zone matters at the edge: when a form is read, when a time is
shown, and when a rule speaks of a calendar day.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["UTC", "as_utc", "day_bounds", "from_local", "local", "now", "rfc3339", "zone_named"]


def now() -> datetime:
    """Return the present moment, aware, in UTC. Rules take it as an argument; only the edge calls this."""
    return datetime.now(UTC)


def zone_named(name: str) -> ZoneInfo:
    """Return the IANA zone of that name; ValueError where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no such time zone: {name!r}") from error


def local(moment: datetime, zone: str) -> datetime:
    """Return the moment as the clocks of the zone show it."""
    return moment.astimezone(zone_named(zone))


def from_local(wall: datetime, zone: str) -> datetime:
    """Return the UTC moment of a naive wall-clock time in the zone.

    A time that the zone skips (the gap when clocks go forward) raises ValueError; of a time that comes twice the
    first is meant.
    """
    aware = wall.replace(tzinfo=zone_named(zone))
    moment = aware.astimezone(UTC)
    if moment.astimezone(aware.tzinfo).replace(tzinfo=None) != wall.replace(fold=0):
        raise ValueError(f"{wall:%Y-%m-%d %H:%M} does not exist in {zone}")
    return moment


def as_utc(moment: datetime) -> datetime:
    """Return an aware moment in UTC; ValueError for a naive one, whose meaning nobody knows."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone is not a moment")
    return moment.astimezone(UTC)


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """Return the UTC moments between which the calendar day lies in the zone; 23 to 25 hours apart."""
    start = datetime.combine(day, time.min, tzinfo=zone_named(zone))
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone_named(zone))
    return start.astimezone(UTC), end.astimezone(UTC)


def rfc3339(moment: datetime | None) -> str | None:
    """Return the moment as the API writes it, `2026-11-22T01:30:00Z`, to the second."""
    if moment is None:
        return None
    return as_utc(moment).isoformat()[:19] + "Z"
