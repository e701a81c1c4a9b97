"""Who gets whom: fair, with continuity first, and never over a counsellor's limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask_babel import lazy_gettext as _l

from fairapp.errors import Conflict, Invalid

USUAL_LIMIT = 60  # people a counsellor has at a time, unless the agency says otherwise
MOST_LIMIT = 500
LONGEST_REASON = 500


class CounsellorFull(Conflict):
    """The counsellor has as many people as the limit allows."""

    slug = "counsellor-full"
    title = _l("이 상담사는 맡을 수 있는 사람이 다 찼어요. 다른 상담사를 골라 주세요")


class CounsellorAway(Conflict):
    """The counsellor is away, or does not belong to the agency any more."""

    slug = "counsellor-away"
    title = _l("이 상담사는 지금 사람을 맡을 수 없어요. 다른 상담사를 골라 주세요")


class NotCounselled(Conflict):
    """Nobody counsels the person at this agency now."""

    slug = "not-counselled"
    title = _l("지금 이 기관에서 맡은 상담사가 없어요")


@dataclass(frozen=True, slots=True)
class Load:
    """A counsellor who could take somebody: how many she has, and how many she may have."""

    account_id: int
    people: int
    limit: int

    @property
    def free(self) -> bool:
        """Whether one more is within the limit."""
        return self.people < self.limit


def is_away(away_from: date | None, away_until: date | None, today: date) -> bool:
    """Whether a counsellor is away on that day; both ends are included, an open one lasts."""
    return away_from is not None and away_from <= today and (away_until is None or today <= away_until)


def choose(loads: Sequence[Load], earlier: Sequence[int]) -> int | None:
    """Return who takes the person, or None where everybody is full.

    Who has counselled her before comes first, the latest of them (`earlier` is in that order); otherwise who is loaded
    least relative to her limit, then who has fewer people, then the lower id.
    """
    free = {load.account_id: load for load in loads if load.free}
    for before in earlier:
        if before in free:
            return before
    order = sorted(free.values(), key=lambda one: (Fraction(one.people, one.limit), one.people, one.account_id))
    return order[0].account_id if order else None


def check_limit(limit: int) -> None:
    """Raise Invalid for a limit that is none; 0 gives a counsellor nobody new."""
    if not 0 <= limit <= MOST_LIMIT:
        raise Invalid.one("load_limit", _l("0명부터 %(most)s명까지 적어 주세요", most=MOST_LIMIT))


def check_absence(away_from: date, away_until: date | None) -> None:
    """Raise Invalid if an absence ends before it begins."""
    if away_until is not None and away_until < away_from:
        raise Invalid.one("away_until", _l("돌아오는 날이 떠나는 날보다 빨라요"))


def checked_reason(reason: str) -> str:
    """Return the reason trimmed; Invalid where none is given, or one that is too long."""
    said = reason.strip()
    if not said or len(said) > LONGEST_REASON:
        raise Invalid.one("reason", _l("까닭을 %(most)s자까지 적어 주세요", most=LONGEST_REASON))
    return said
