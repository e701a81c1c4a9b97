"""Hours drawn on a calendar: half hours of the wall clock, repeated weekly, joined and cut into times."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l

from fairapp import clock
from fairapp.errors import Invalid
from fairapp.scheduling.rules.times import MOST_SLOTS_AT_ONCE, cut_hours

CELL = timedelta(minutes=30)
MOST_CELLS = 400
NOTHING_DRAWN = _l("달력에서 시간을 칠해 주세요")
NO_DAY = _l("날짜를 2026-12-25처럼 적어 주세요")
Times = list[tuple[datetime, datetime]]


def drawn_cells(texts: Iterable[str]) -> list[datetime]:
    """Return the drawn half hours (wall clock, no zone) in order; Invalid for none, too many, or what is no half hour."""
    try:
        cells = sorted({datetime.strptime(text, "%Y-%m-%dT%H:%M") for text in texts})  # noqa: DTZ007  # of the wall
    except ValueError as error:
        raise Invalid.one("cell", NOTHING_DRAWN) from error
    if not cells or len(cells) > MOST_CELLS or any(one.minute % 30 or not 2000 <= one.year <= 2100 for one in cells):
        raise Invalid.one("cell", NOTHING_DRAWN)
    return cells


def named_days(text: str) -> set[date]:
    """Return the days of a list with commas; Invalid for what is none."""
    try:
        return {date.fromisoformat(part.strip()) for part in text.split(",") if part.strip()}
    except ValueError as error:
        raise Invalid.one("without", NO_DAY) from error


def weekly(cells: Iterable[datetime], last: date, without: Collection[date]) -> list[datetime]:
    """Return the cells and the same of every following week up to the day `last`, the days `without` left out.

    A week later is the same hour of the wall clock, also where clocks changed in between.
    """
    found = {one + timedelta(weeks=n) for one in cells for n in range((last - one.date()).days // 7 + 1)}
    return sorted(one for one in found if one.date() not in without)


def drawn_times(cells: Iterable[datetime], zone: str, length: timedelta, gap: timedelta) -> Times:
    """Join half hours that follow each other and cut each stretch into times (UTC); Invalid for none or more than 200.

    A half hour that clocks skip is no time at all.
    """
    stretches: list[list[datetime]] = []
    for cell in sorted(cells):
        try:
            start = clock.from_local(cell, zone)
        except ValueError:
            continue
        if stretches and stretches[-1][1] == start:
            stretches[-1][1] = start + CELL
        else:
            stretches.append([start, start + CELL])
    times = [one for start, end in stretches for one in cut_hours(start, end, length, gap)]
    if not times:
        raise Invalid.one("length", _l("이 시간에는 한 번도 들어가지 않아요. 더 짧게 하거나 시간을 늘려 주세요"))
    if len(times) > MOST_SLOTS_AT_ONCE:
        raise Invalid.one("cell", _l("한 번에 200개까지 열 수 있어요"))
    return times
