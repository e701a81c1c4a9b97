"""Decisions on the walk-in line: how long a call lasts, how long the wait will be."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from flask_babel import lazy_gettext as _l

from fairapp.errors import Conflict
from fairapp.scheduling.rules.times import GRAIN

CALL_LASTS = timedelta(minutes=3)  # then the next is called
LOOKED_AT = 10  # calls that the estimate is made from


class LineClosed(Conflict):
    """The line is not open: nobody can join it, and nobody is called."""

    slug = "line-closed"
    title = _l("지금은 줄을 열지 않았어요")


class NobodyWaits(Conflict):
    """Nobody in the line can come now."""

    slug = "nobody-waits"
    title = _l("지금 부를 수 있는 분이 없어요")


class NotCalled(Conflict):
    """The person is not called, or not any more."""

    slug = "not-called"
    title = _l("부른 상태가 아니에요")


def meeting_times(now: datetime, minutes: int) -> tuple[datetime, datetime]:
    """Return start and end of a meeting that begins in the grain of `now`."""
    start = now - timedelta(seconds=now.timestamp() % GRAIN)
    return start, start + timedelta(minutes=minutes)


def wait_minutes(ahead: int, called: Sequence[datetime], minutes: int, hosts: int, now: datetime) -> int:
    """Return how many minutes somebody with so many people ahead will wait, rounded up.

    `called` are the last calls that became meetings, in order of time: what lay between them is what a place in the line
    costs, and the time since the last counts towards the next. Before there are two, a meeting's minutes shared by the
    hosts who are there.
    """
    times = sorted(called)[-LOOKED_AT - 1 :]
    gaps = [(b - a).total_seconds() / 60 for a, b in pairwise(times)]
    each = median(gaps) if gaps else minutes / max(hosts, 1)
    since = (now - times[-1]).total_seconds() / 60 if times else each
    first = max(each - since, 0) if times else 0.0
    return int(-(-(first + ahead * each) // 1))
