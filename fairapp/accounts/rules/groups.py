"""Who belongs to a group that places, desks and figures are for: by age where that says it, else by one's own word."""

from datetime import date

from fairapp.labels import LABELS

# 청년고용촉진 특별법 시행령 제2조 counts 15 to 29, and 15 to 34 where public bodies hire; job fairs of cities count the latter.
YOUTH_FROM, YOUTH_BEFORE = 15, 35  # years of age on the day that counts: 15 to 34
OLDER_FROM = 50

SEGMENTS = tuple(str(one) for one in LABELS["segment"])


def age_on(born: date | None, on: date) -> int | None:
    """Return the completed years of somebody on that day; None without a birth date."""
    return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def is_young(age: int) -> bool:
    """Whether somebody of this age counts as young."""
    return YOUTH_FROM <= age < YOUTH_BEFORE


def segments_of(segment: str | None, born: date | None, on: date) -> frozenset[str]:
    """Return the groups to which somebody belongs on that day.

    `segment` is the one she names herself. Her age decides for the young and the older; where it is unknown, her word does.
    """
    age = age_on(born, on)
    by_age = {} if age is None else {"youth": is_young(age), "age_50_plus": age >= OLDER_FROM}
    return frozenset(one for one in SEGMENTS if by_age.get(one, one == segment))
