"""A notice to a fair, to the people of a booth, or to a group."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.accounts.models import Membership
from fairapp.booths.models import AUDIENCES, Booth, Notice
from fairapp.coaching.models import Coach
from fairapp.errors import Invalid, NotFound
from fairapp.live.actions import announce, post
from fairapp.outcomes import pushes
from fairapp.scheduling.models import ACTIVE, Booking, Line, LineEntry, Slot

LONGEST = 500
MOST_HOURS = 24 * 14
MOST_PEOPLE = 20_000


def tell(
    session: Session,
    fair_id: int,
    audience: str,
    text: str,
    by: int,
    now: datetime,
    *,
    text_en: str = "",
    booth_id: int | None = None,
    hours: int = 3,
) -> int:
    """Tell the audience a sentence, on their screens for so many hours, and return how many people got it by name.

    A notice to the whole fair is public news; those to a booth or a group go to each person as news of her own and as a
    letter. Invalid for no text, one over 500 characters, no such audience or hours; NotFound for another fair's booth.
    """
    if not 0 < len(text.strip()) <= LONGEST or len(text_en) > LONGEST:
        raise Invalid.one("text", _l("500자 안으로 적어 주세요"))
    if audience not in AUDIENCES or (audience == "booth") != (booth_id is not None):
        raise Invalid.one("audience", _l("누구에게 알릴지 골라 주세요"))
    if not 1 <= hours <= MOST_HOURS:
        raise Invalid.one("hours", _l("%(low)s부터 %(high)s까지 쓸 수 있어요", low=1, high=MOST_HOURS))
    if booth_id is not None and session.scalar(select(Booth.fair_id).where(Booth.id == booth_id)) != fair_id:
        raise NotFound
    people = [] if audience == "fair" else _people(session, fair_id, audience, booth_id, now)
    notice = Notice(fair_id=fair_id, audience=audience, booth_id=booth_id, text=text.strip(), text_en=text_en.strip())
    notice.at, notice.until, notice.by, notice.reached = now, now + timedelta(hours=hours), by, len(people)
    session.add(notice)
    session.flush()
    if audience == "fair":
        announce(session, [pushes.fair_notice(notice)])
    announce(session, [pushes.own_notice(notice, one) for one in people])
    post(session, [pushes.notice_letter(notice.id, one, now) for one in people])
    told = {"audience": audience, "booth": booth_id, "people": len(people)}
    trace.record(session, "notice.told", "notice", notice.id, now, by=by, fair_id=fair_id, data=told)
    return len(people)


def _people(session: Session, fair_id: int, audience: str, booth_id: int | None, now: datetime) -> Sequence[int]:
    """Return whom the notice concerns: who has something ahead of her there, or works there."""
    return session.scalars(_AUDIENCE[audience](fair_id, booth_id, now).distinct().limit(MOST_PEOPLE)).all()


def _seekers(fair_id: int, _booth_id: int | None, now: datetime) -> Select[Any]:
    ahead = select(Booking.seeker_id).join(Slot, Slot.id == Booking.slot_id)
    return ahead.where(Slot.fair_id == fair_id, Slot.ends_at > now, Booking.status.in_(ACTIVE))


def _booth(_fair_id: int, booth_id: int | None, now: datetime) -> Select[Any]:
    booked = select(Booking.seeker_id.label("who")).join(Slot, Slot.id == Booking.slot_id)
    ahead = booked.where(Slot.booth_id == booth_id, Slot.ends_at > now, Booking.status.in_(ACTIVE))
    waiting = (
        select(LineEntry.seeker_id)
        .join(Line, Line.id == LineEntry.line_id)
        .where(Line.booth_id == booth_id, LineEntry.ended_at.is_(None))
    )
    return select(ahead.union(waiting).subquery().c.who)


def _recruiters(fair_id: int, _booth_id: int | None, _now: datetime) -> Select[Any]:
    found = select(Membership.account_id).join(Booth, Booth.employer_id == Membership.employer_id)
    return found.where(Booth.fair_id == fair_id, Booth.status == "approved", Membership.ended_at.is_(None))


def _coaches(fair_id: int, _booth_id: int | None, _now: datetime) -> Select[Any]:
    return select(Coach.account_id).where(Coach.fair_id == fair_id)


_AUDIENCE = {"seekers": _seekers, "booth": _booth, "recruiters": _recruiters, "coaches": _coaches}
