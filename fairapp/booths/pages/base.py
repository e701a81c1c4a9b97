"""What the pages of booths share: the blueprint, finding a fair or a booth for its reader, and the words for a free time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from fairapp import clock
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.booths import queries, rules
from fairapp.errors import NotFound
from fairapp.fairs import queries as fair_queries
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.models import Fair
from fairapp.language import say_clock, say_day, say_when
from fairapp.navigation import NavItem, items
from fairapp.shapes import number

blueprint = Blueprint("booths", __name__)
items.append(NavItem(_l("부스"), "booths.stand", "booth", lambda caller: bool(caller and caller.recruits_for), 40))


@dataclass(frozen=True, slots=True)
class Chip:
    """When a booth can be talked to: words, the kind of chip, the moment itself where there is one."""

    text: str
    kind: str
    at: datetime | None = None


def seen_fair(session: Session, slug: str, now: datetime) -> Fair:
    """Return the fair if this reader may see it; NotFound otherwise."""
    fair = fair_queries.get_fair(session, slug)
    fair_rules.check_sees(guards.caller(), fair, fair.agency_id, now)
    return fair


def own_booth(session: Session, caller: Caller, booth: str, now: datetime) -> queries.BoothRow:
    """Return the booth that this recruiter keeps; NotFound otherwise."""
    row = queries.get_booth(session, number(booth), now)
    if not caller.may_recruit(row.employer_id):
        raise NotFound
    return row


def reasons(session: Session, rows: list[queries.BoothRow], now: datetime) -> dict[int, list[LazyString]]:
    """Return why each of the booths is not hiring now; of those that are, an empty list."""
    listings = queries.listings_at_gate(session, [row.id for row in rows if not row.hiring])
    return {
        row.id: [] if row.hiring else rules.why_not_hiring(_facts(row, listings.get(row.id, [])), now) for row in rows
    }


def _facts(row: queries.BoothRow, listings: list[Any]) -> rules.HiringFacts:
    names = rules.ListingFacts.__slots__
    return rules.HiringFacts(
        verified_at=row.verified_at,
        status=row.status,
        intent_confirmed_at=row.intent_confirmed_at,
        intent_days=row.intent_days,
        announced_at=row.announced_at,
        listings=[rules.ListingFacts(**{name: getattr(one, name) for name in names}) for one in listings],
    )


def when_free(fair: Fair, slot: Any, now: datetime) -> Chip:
    """Say when a booth of the fair can be talked to: its next free slot, or what to do where there is none."""
    phase = fair_rules.phase(fair, now)
    if phase in {"closed", "archived"}:
        return Chip(gettext("끝난 박람회예요"), "full")
    if phase == "announced":
        return Chip(gettext("예약은 %(when)s부터", when=say_when(fair.booking_opens_at, fair.zone)), "wait")
    if slot is None:
        return Chip(gettext("빈 시간이 없어요 · 대기 신청"), "wait")
    names = {"when": _soon(slot.starts_at, fair.zone, now), "n": slot.seats_left}
    return Chip(gettext("%(when)s 가능 · %(n)s자리", **names), "free", slot.starts_at)


def _soon(moment: datetime, zone: str, now: datetime) -> str:
    """Say a moment as people do: 오늘, 내일, or the day, and the time of day."""
    day, today = clock.local(moment, zone).date(), clock.local(now, zone).date()
    names = {"clock": say_clock(moment, zone)}
    if day == today:
        return str(gettext("오늘 %(clock)s", **names))
    if day == today + timedelta(days=1):
        return str(gettext("내일 %(clock)s", **names))
    return str(gettext("%(day)s %(clock)s", day=say_day(moment, zone), **names))
