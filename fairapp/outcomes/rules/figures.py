"""Decisions on figures: rates, shares, and who is young."""

from datetime import date

# 청년고용촉진 특별법 시행령 제2조 counts 15 to 29, and 15 to 34 where public bodies hire; job fairs of cities count the latter.
YOUTH_FROM, YOUTH_BEFORE = 15, 35  # years of age at the day of hire: 15 to 34


def age_on(born: date | None, on: date) -> int | None:
    """Return the completed years of somebody on that day; None without a birth date."""
    return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def age_band(born: date | None, on: date) -> str:
    """Return `youth`, `other` or, without a birth date, `unknown`, for somebody hired that day."""
    age = age_on(born, on)
    if age is None:
        return "unknown"
    return "youth" if YOUTH_FROM <= age < YOUTH_BEFORE else "other"


def share(part: int, whole: int) -> float | None:
    """Return the part in per cent to one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def rate(value: int, before: int) -> float | None:
    """Return a stage's share of the stage before in per cent; None where it is no share: nobody before, or fewer."""
    return share(value, before) if value <= before else None
