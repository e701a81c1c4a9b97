"""Candidates from the pools: what a listing says to them, asking somebody, and her answer."""

from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.accounts.actions import give_consent
from fairapp.errors import Conflict, Invalid
from fairapp.live.actions import post
from fairapp.programmes import pushes, queries, rules
from fairapp.programmes.actions.consents import AskAnswered
from fairapp.programmes.models import Candidacy, ListingWish

SHOWN_FOR = timedelta(days=90)
MOST_ASKED = 10  # who have not answered, for one opening that is left


class EnoughAsked(Conflict):
    """So many were asked for so few openings."""

    slug = "enough-asked"
    title = _l("답을 기다리는 사람이 충분해요. 먼저 답을 기다려 주세요")


class NoCandidate(Conflict):
    """The person is no candidate for the listing now."""

    slug = "no-candidate"
    title = _l("이제 후보가 아니에요. 목록을 새로 고쳐 주세요")


def set_wish(
    session: Session, listing_id: int, key_people: bool, starts_on: date | None, by: int, now: datetime
) -> None:
    """Keep what a listing says to the pools: whether it looks for key people, and when the work begins."""
    if starts_on is not None and not rules.day_of(now) <= starts_on <= date(2199, 12, 31):
        raise Invalid.one("starts_on", _l("이미 지난 날이에요"))
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = {"key_people": key_people, "starts_on": starts_on, "changed_at": now, "changed_by": by}
    row = dialect.insert(ListingWish).values(listing_id=listing_id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["listing_id"], set_=values))
    trace.record(session, "listing.wish", "listing", listing_id, now, by=by, data={"key_people": key_people})


def ask_candidate(session: Session, listing_id: int, seeker_id: int, by: int, now: datetime) -> int:
    """Ask somebody of a pool whether the employer may see who she is, and return the candidacy; asked again it is the same.

    NoCandidate where she does not fit (any more), EnoughAsked where many have not answered for the openings that are left.
    """
    listing = queries.listing_for_pools(session, listing_id)
    found = queries.candidates(session, listing, now)
    one = next((each for each in found if each.seeker_id == seeker_id), None)
    if one is None or not listing.openings_left:
        raise NoCandidate
    if one.candidacy_id is not None:
        return one.candidacy_id
    waiting = [row for row in queries.asked_for(session, listing_id).values() if row.answered_at is None]
    if len(waiting) >= MOST_ASKED * listing.openings_left:
        raise EnoughAsked
    row: dict[str, Any] = {
        "listing_id": listing_id,
        "seeker_id": seeker_id,
        "pool_id": one.pool_id,
        "score": one.fit.score,
    }
    row |= {"reasons": list(one.fit.reasons), "available_from": one.fit.person.available_from}
    new = insert(Candidacy).values(**row, asked_at=now, asked_by=by).returning(Candidacy.id)
    made = int(session.execute(new).scalar_one())
    trace.record(session, "candidate.asked", "listing", listing_id, now, by=by, person_id=seeker_id)
    post(session, [pushes.candidacy_letter(seeker_id, made, now)])
    return made


def invite_candidate(session: Session, listing_id: int, seeker_id: int, by: int, now: datetime) -> None:
    """Tell somebody who agreed to be seen that the employer would like to meet her; NoCandidate for anybody else.

    She chooses the time herself. Told again the same day nothing is sent.
    """
    if seeker_id not in queries.agreed_to(session, listing_id, now):
        raise NoCandidate
    candidacy = queries.asked_for(session, listing_id)[seeker_id]
    session.execute(update(Candidacy).where(Candidacy.id == candidacy.id).values(invited_at=now))
    trace.record(session, "candidate.invited", "listing", listing_id, now, by=by, person_id=seeker_id)
    post(session, [pushes.meeting_letter(seeker_id, candidacy.id, now, f"{rules.day_of(now):%Y%m%d}")])


def answer_candidacy(session: Session, candidacy_id: int, seeker_id: int, agreed: bool, now: datetime) -> None:
    """Keep the answer; by her yes a receipt is written and the employer sees her. AskAnswered for the second answer."""
    asked = queries.own_candidacy(session, candidacy_id, seeker_id)

    open_one = update(Candidacy).where(Candidacy.id == candidacy_id, Candidacy.answered_at.is_(None))
    values = {"answered_at": now, "agreed": agreed}
    if session.execute(open_one.values(values).returning(Candidacy.id)).scalar() is None:
        raise AskAnswered
    if agreed:
        consent = give_consent(session, seeker_id, asked.employer_id, None, "referral", now + SHOWN_FOR, now)
        session.execute(update(Candidacy).where(Candidacy.id == candidacy_id).values(consent_id=consent))
    listing_id = asked.Candidacy.listing_id
    trace.record(session, "candidate.answered", "listing", listing_id, now, by=seeker_id, data={"agreed": agreed})
