"""How things are drawn: a city as equal tiles, each district at the free cell nearest to it; a booth by how busy it is."""

from collections.abc import Mapping
from math import ceil, sqrt

BUSY_WAIT, FULL_WAIT = 10, 30  # minutes in line
ROOM = 1.5  # cells there are for each district


def tiles(places: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Return column and row of each district, from 0 at the north-west; `places` are kilometres to the east and north.

    Those in the middle are placed first: in a city they lie closest together. The same places give the same map.
    """
    if not places:
        return {}
    side = max(1, ceil(sqrt(len(places) * ROOM)))
    east, north = ([place[axis] for place in places.values()] for axis in (0, 1))
    middle = sorted(east)[len(east) // 2], sorted(north)[len(north) // 2]
    wide = max(max(east) - min(east), max(north) - min(north), 1)

    def wanted(place: tuple[int, int]) -> tuple[float, float]:
        return (place[0] - min(east)) / wide * (side - 1), (max(north) - place[1]) / wide * (side - 1)

    def distance(code: str) -> tuple[int, str]:
        place = places[code]
        return (place[0] - middle[0]) ** 2 + (place[1] - middle[1]) ** 2, code

    free = {(column, row) for column in range(side) for row in range(side)}
    found: dict[str, tuple[int, int]] = {}
    for code in sorted(places, key=distance):
        x, y = wanted(places[code])
        cell = min(free, key=lambda one: ((one[0] - x) ** 2 + (one[1] - y) ** 2, one))
        free.remove(cell)
        found[code] = cell
    return _closed_up(found)


def _closed_up(found: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Leave out columns and rows in which nothing lies."""
    columns = sorted({column for column, _ in found.values()})
    rows = sorted({row for _, row in found.values()})
    return {code: (columns.index(column), rows.index(row)) for code, (column, row) in found.items()}


def booth_state(hiring: bool, meetings: int, wait_minutes: int, *, free: bool) -> str:
    """Return how a booth is drawn: `away` (not hiring), `full`, `busy`, `calm` (somebody can come now) or `empty`."""
    if not hiring:
        return "away"
    if wait_minutes >= FULL_WAIT:
        return "full"
    if wait_minutes >= BUSY_WAIT:
        return "busy"
    return "calm" if free or meetings or wait_minutes else "empty"
