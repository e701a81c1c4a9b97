"""Decisions on figures: rates, shares, differences in points, who is young, and which numbers are too small to be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from fairapp.accounts.rules import OLDER_FROM, age_on, is_young

FEWEST = 5  # people in a cell that is shown to who may not see the rows behind it

# Ages in figures: a name, and the last year of age that is in it. The young are 15-24 and 25-34, the older the last two.
AGE_BANDS = (("0-14", 14), ("15-24", 24), ("25-34", 34), ("35-49", 49), ("50-64", 64), ("65-", 200))

# The shares of hires, in the order of screens and files.
SHARES = ("youth", "regular", "professional", "career_break", "age_50_plus", "returnee")


@dataclass(frozen=True, slots=True)
class HireFacts:
    """What of hires that are alike counts in figures: how many, and what is known of them."""

    hires: int
    employment_type: str | None
    professional: bool | None  # None: no occupation that is in the table
    age: int | None
    segment: str | None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A part of the hires: `known` is how many of them say it, and the share is of those, in per cent."""

    name: str
    hires: int
    known: int
    unknown: int
    share: float | None


def age_band(born: date | None, on: date) -> str:
    """Return `youth`, `other` or, without a birth date, `unknown`, for somebody hired that day."""
    age = age_on(born, on)
    if age is None:
        return "unknown"
    return "youth" if is_young(age) else "other"


def share(part: int, whole: int) -> float | None:
    """Return the part in per cent to one decimal, halves up; None of nothing."""
    return times(100 * part, whole)


def times(part: int, whole: int) -> float | None:
    """Return how many times the whole, at least 1, goes into the part, to one decimal; None of nothing.

    Halves go up, as in a spreadsheet: 1 of 16 is 6.3 %. round() goes to the even neighbour and would say 6.2 %.
    """
    return (20 * part + whole) // (2 * whole) / 10 if whole else None


def each(amount: int, count: int) -> int | None:
    """Return what of an amount falls to each, halves up; None of nothing."""
    return (2 * amount + count) // (2 * count) if count else None


def rate(value: int, before: int) -> float | None:
    """Return a stage's share of the stage before in per cent; None where it is no share: nobody before, or fewer."""
    return share(value, before) if value <= before else None


def points(now: float | None, before: float | None) -> float | None:
    """Return the difference of two shares in percentage points, of the shares as they are shown."""
    return None if now is None or before is None else round(now - before, 1)


def indicators(facts: Sequence[HireFacts]) -> tuple[Indicator, ...]:
    """Return the share of hires for each of SHARES. A segment counts where somebody said it; the rest are known not to be."""
    return tuple(_indicator(name, facts) for name in SHARES)


def _indicator(name: str, facts: Sequence[HireFacts]) -> Indicator:
    part = unknown = 0
    for one in facts:
        belongs = _belongs(name, one)
        part += one.hires if belongs else 0
        unknown += one.hires if belongs is None else 0
    known = sum(one.hires for one in facts) - unknown
    return Indicator(name, part, known, unknown, share(part, known))


def _belongs(name: str, one: HireFacts) -> bool | None:
    """Whether hires count for the share; None where nobody knows."""
    if name == "youth":
        return None if one.age is None else is_young(one.age)
    if name == "age_50_plus":
        return None if one.age is None else one.age >= OLDER_FROM
    if name == "regular":
        return None if one.employment_type is None else one.employment_type == "regular"
    if name == "professional":
        return one.professional
    return one.segment == name


def middle(values: Sequence[float]) -> float | None:
    """Return the median to one decimal; None of nothing."""
    return round(median(values), 1) if values else None


def is_small(count: float | None) -> bool:
    """Whether a number of people or hires is not shown to who may not see the rows behind it: 1 to 4."""
    return count is not None and 0 < count < FEWEST


def hidden_cells(cells: Mapping[str, int], total_shown: bool = True) -> set[str]:
    """Return the cells of a breakdown that are not shown to who may not see rows: those of 1 to 4 people.

    Where only one is so small, and the total is shown, the next smallest is hidden too: it would follow from the others.
    """
    small = {name for name, count in cells.items() if is_small(count)}
    others = sorted((count, name) for name, count in cells.items() if count >= FEWEST)
    if len(small) == 1 and total_shown and others:
        small.add(others[0][1])
    return small
