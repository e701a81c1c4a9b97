"""The gate, as a decision on given facts. queries.hiring is the same decision in the database; a test holds them together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class ListingFacts:
    """What of a listing the gate looks at."""

    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    headcount: int
    filled: int
    legal_until: datetime | None


@dataclass(frozen=True, slots=True)
class HiringFacts:
    """What of a booth, its employer, its fair and its listings the gate looks at."""

    verified_at: datetime | None
    status: str
    intent_confirmed_at: datetime | None
    intent_days: int
    announced_at: datetime | None
    listings: Sequence[ListingFacts]

    @property
    def intent_until(self) -> datetime | None:
        """When the confirmed intent stops counting."""
        at = self.intent_confirmed_at
        return None if at is None else at + timedelta(days=self.intent_days)


def is_open(listing: ListingFacts, now: datetime) -> bool:
    """Whether somebody can be hired for it at `now`, legally."""
    in_time = listing.opens_at <= now < listing.closes_at and listing.closed_at is None
    return in_time and listing.headcount > listing.filled and pays_legally(listing, now)


def pays_legally(listing: ListingFacts, now: datetime) -> bool:
    """Whether its wage reaches the minimum that is in force at `now`."""
    return listing.legal_until is None or now < listing.legal_until


def why_not_hiring(facts: HiringFacts, now: datetime) -> list[LazyString]:
    """Return why the booth is not visible at `now`, a sentence each; empty: it is actively hiring."""
    reasons = []
    if facts.announced_at is None or now < facts.announced_at:
        reasons.append(_l("박람회를 아직 알리지 않았어요"))
    if facts.verified_at is None:
        reasons.append(_l("운영자가 기업을 아직 확인하지 않았어요"))
    if facts.status != "approved":
        reasons.append(_STATUS.get(facts.status, _STATUS["applied"]))
    if facts.intent_until is None:
        reasons.append(_l("지금 채용 중인지 아직 확인하지 않았어요"))
    elif now >= facts.intent_until:
        reasons.append(_l("채용 중이라고 확인한 지 %(days)s일이 지났어요", days=facts.intent_days))
    if not any(is_open(listing, now) for listing in facts.listings):
        reasons.append(_why_none_is_open(facts.listings, now))
    return reasons


_STATUS = {
    "invited": _l("초대를 아직 받아들이지 않았어요"),
    "applied": _l("부스 신청을 아직 검토하고 있어요"),
    "waiting": _l("자리가 나기를 기다리고 있어요"),
    "rejected": _l("부스 신청이 반려됐어요"),
    "withdrawn": _l("부스 신청을 거둬들였어요"),
}


def _why_none_is_open(listings: Sequence[ListingFacts], now: datetime) -> LazyString:
    if not listings:
        return _l("올린 공고가 없어요")
    in_time = [x for x in listings if x.opens_at <= now < x.closes_at and x.closed_at is None]
    if not in_time:
        coming = any(now < x.opens_at and x.closed_at is None for x in listings)
        return _l("공고가 아직 열리지 않았어요") if coming else _l("열린 공고가 없어요")
    if all(not pays_legally(x, now) for x in in_time if x.headcount > x.filled):
        if any(x.headcount > x.filled for x in in_time):
            return _l("공고의 급여가 최저임금보다 낮아요")
        return _l("열린 공고의 모집 인원이 모두 찼어요")
    return _l("열린 공고가 없어요")
