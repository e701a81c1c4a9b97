"""When somebody is reminded of a meeting: a day before, and two hours before."""

from datetime import datetime, timedelta

LEADS = {"day": timedelta(hours=24), "hours": timedelta(hours=2)}  # before the start
LATE = {"day": timedelta(hours=6), "hours": timedelta(hours=1)}  # how much later it is still worth a letter


def reminder_window(kind: str, now: datetime) -> tuple[datetime, datetime]:
    """Return the starts (after the first, up to the second) of meetings of which this kind reminds at `now`."""
    return now + LEADS[kind] - LATE[kind], now + LEADS[kind]


def is_reminder_due(kind: str, starts_at: datetime, known_since: datetime, now: datetime) -> bool:
    """Whether this kind of reminder is to be made at `now`; never one whose moment was past when the time was agreed."""
    due_at = starts_at - LEADS[kind]
    return known_since <= due_at <= now < due_at + LATE[kind]
