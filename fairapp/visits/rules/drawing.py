"""A map of sites without tiles: points of the globe on a sheet, north up, everything in view."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, radians

from fairapp.fairs.rules import Point

WIDTH, EDGE, LEAST_KM = 600.0, 36.0, 1.5
KM_OF_DEGREE = 111.2
STEPS = (0.5, 1, 2, 5, 10, 20, 50, 100, 200)  # kilometres of the scale
APART = 15.0  # marks nearer to each other than this are moved aside


@dataclass(frozen=True, slots=True)
class Drawn:
    """Places on a sheet of this height (it is 600 wide), and a scale of so many kilometres that is so long."""

    height: float
    at: Mapping[int, tuple[float, float]]
    scale_km: float
    scale: float


def drawn(points: Mapping[int, Point]) -> Drawn | None:
    """Return where each place stands on the sheet; None for no places. Equirectangular around their middle."""
    if not points:
        return None
    norths, easts = [one[0] for one in points.values()], [one[1] for one in points.values()]
    middle = (min(norths) + max(norths)) / 2, (min(easts) + max(easts)) / 2
    squeeze = cos(radians(middle[0]))
    wide = max((max(easts) - min(easts)) * KM_OF_DEGREE * squeeze, LEAST_KM)
    high = max((max(norths) - min(norths)) * KM_OF_DEGREE, LEAST_KM)
    unit = min((WIDTH - 2 * EDGE) / wide, (WIDTH - 2 * EDGE) / high)  # of the sheet, for a kilometre
    height = high * unit + 2 * EDGE
    at: dict[int, tuple[float, float]] = {}
    for key, (north, east) in sorted(points.items()):
        x = WIDTH / 2 + (east - middle[1]) * KM_OF_DEGREE * squeeze * unit
        y = height / 2 - (north - middle[0]) * KM_OF_DEGREE * unit
        at[key] = _aside(x, y, at)
    step = max((one for one in STEPS if one * unit <= WIDTH / 3), default=STEPS[0])
    return Drawn(round(height, 1), at, step, round(step * unit, 1))


def _aside(x: float, y: float, others: Mapping[int, tuple[float, float]]) -> tuple[float, float]:
    """Return the point, moved to the right as long as a mark stands on it."""
    while any(abs(x - a) < APART and abs(y - b) < APART for a, b in others.values()):
        x += APART
    return round(x, 1), round(y, 1)
