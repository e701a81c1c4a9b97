"""Referrals: asked of the person first, sent by her yes, then read, answered and followed to their result."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.accounts.actions import give_consent
from fairapp.errors import Invalid, NotFound
from fairapp.live.actions import Letter, post
from fairapp.programmes import pushes, queries, rules
from fairapp.programmes.actions.consents import ask_consent
from fairapp.programmes.models import Referral, ReferralStep

SHOWN_FOR = timedelta(days=90)  # by the consent given for one referral
EVERY = timedelta(days=7)  # between two reminders


def refer(
    session: Session,
    agency_id: int,
    seeker_id: int,
    by: int,
    why: str,
    now: datetime,
    *,
    listing_id: int | None = None,
    to_agency_id: int | None = None,
) -> int:
    """Ask the person whether she may be referred to a listing or to another agency; nothing goes out before she agrees.

    Invalid for a listing that cannot be seen now or an agency without counsellors, ReferredBefore where she is already.
    """
    said = rules.checked_text("why", why, required=True)
    if (listing_id is None) == (to_agency_id is None):
        raise Invalid.one("listing", _l("공고나 기관 가운데 하나를 골라 주세요"))
    if listing_id is not None and queries.open_listing(session, listing_id, now) is None:
        raise Invalid.one("listing", _l("지금 열린 공고가 아니에요"))
    if to_agency_id is not None:
        known = {row.id for row in queries.agencies_that_counsel(session)} - {agency_id}
        if to_agency_id not in known:
            raise Invalid.one("to_agency", _l("목록에 있는 값을 골라 주세요"))
    queries.lock_agency(session, agency_id)
    if queries.referred(session, seeker_id, listing_id, to_agency_id):
        raise rules.ReferredBefore
    row = {"agency_id": agency_id, "seeker_id": seeker_id, "by": by, "listing_id": listing_id}
    due = rules.day_of(now + rules.ANSWER_WITHIN)
    new = insert(Referral).values(**row, to_agency_id=to_agency_id, why=said, state="asked", due_on=due, made_at=now)
    made = int(session.execute(new.returning(Referral.id)).scalar_one())
    _append(session, made, seeker_id, "asked", by, now)
    post(session, [pushes.referral_letter(seeker_id, made, "ask", now)])
    return made


def _append(
    session: Session, referral_id: int, seeker_id: int, what: str, by: int | None, now: datetime, text: str = ""
) -> None:
    last = select(func.max(ReferralStep.no)).where(ReferralStep.referral_id == referral_id)
    no = (session.scalar(last) or 0) + 1
    row = {"referral_id": referral_id, "no": no, "what": what, "at": now, "by": by, "text": text}
    session.execute(insert(ReferralStep).values(row))
    about = {"by": by, "person_id": seeker_id}
    trace.record(session, "referral.step", "referral", referral_id, now, **about, data={"step": what})


def _lock(session: Session, referral_id: int) -> Referral:
    found = select(Referral).where(Referral.id == referral_id).with_for_update()
    row = session.scalar(found.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return row


def _step(session: Session, row: Referral, what: str, by: int | None, now: datetime, text: str = "") -> None:
    """Let the step follow, if it can, and append it."""
    rules.check_step(row.state, what)
    _append(session, row.id, row.seeker_id, what, by, now, text)
    session.execute(update(Referral).where(Referral.id == row.id).values(state=what))


def _tell_counsellor(session: Session, row: Referral, now: datetime, what: str) -> None:
    has = queries.open_assignment(session, row.agency_id, row.seeker_id)
    reader = row.by if has is None else has.counsellor_id
    post(session, [pushes.referral_letter(reader, row.id, "news", now, what)])


def answer_referral_ask(session: Session, referral_id: int, seeker_id: int, agreed: bool, now: datetime) -> None:
    """Keep whether the person agrees to be referred; by her yes a receipt is written for this receiver, and it goes out."""
    row = _lock(session, referral_id)
    if row.seeker_id != seeker_id:
        raise NotFound
    if not agreed:
        _step(session, row, "refused", seeker_id, now)
        _tell_counsellor(session, row, now, "refused")
        return
    _step(session, row, "sent", seeker_id, now)
    shown = queries.referral(session, row.id)
    until = now + SHOWN_FOR
    consent = give_consent(session, seeker_id, shown.employer_id, row.to_agency_id, "referral", until, now)
    due = rules.day_of(now + rules.ANSWER_WITHIN)
    session.execute(update(Referral).where(Referral.id == row.id).values(consent_id=consent, due_on=due))
    post(session, _to_receivers(session, shown, "new", now))


def _to_receivers(
    session: Session, shown: queries.ReferralRow, what: str, now: datetime, day: str = ""
) -> list[Letter]:
    return [pushes.referral_letter(who, shown.id, what, now, day) for who in queries.receivers(session, shown)]


def see_referral(session: Session, referral_id: int, by: int, now: datetime) -> None:
    """Keep that the receiver opened it; seen again nothing changes."""
    row = _lock(session, referral_id)
    if row.state == "sent":
        _step(session, row, "seen", by, now)
        _tell_counsellor(session, row, now, "seen")


def answer_referral(session: Session, referral_id: int, by: int, accepted: bool, text: str, now: datetime) -> None:
    """Keep the receiver's answer. An agency that accepts asks the person for her consent to be counselled there."""
    row = _lock(session, referral_id)
    said = rules.checked_text("text", text, required=not accepted)
    what = "accepted" if accepted else "declined"
    _step(session, row, what, by, now, said)
    _tell_counsellor(session, row, now, what)
    if accepted and row.to_agency_id is not None:
        ask_consent(session, row.to_agency_id, row.seeker_id, by, now)


def tell_result(session: Session, referral_id: int, by: int, text: str, now: datetime) -> None:
    """Keep what came of a referral, told by who accepted it."""
    row = _lock(session, referral_id)
    said = rules.checked_text("text", text, required=True)
    _step(session, row, "result", by, now, said)
    _tell_counsellor(session, row, now, "result")


def withdraw_referral(session: Session, referral_id: int, by: int | None, now: datetime) -> None:
    """Take a referral back that was not answered."""
    _step(session, _lock(session, referral_id), "withdrawn", by, now)


def remind_of_referral(session: Session, referral_id: int, now: datetime) -> bool:
    """Remind the receiver who is late with an answer, and tell the counsellor; False where nobody is late any more."""
    row = _lock(session, referral_id)
    today = rules.day_of(now)
    if not rules.is_due(row.state, row.due_on, today):
        return False
    if row.reminded_at is not None and row.reminded_at > now - EVERY:
        return False
    _append(session, row.id, row.seeker_id, "reminded", None, now)
    session.execute(update(Referral).where(Referral.id == row.id).values(reminded_at=now))
    day = f"{today:%Y%m%d}"
    post(session, _to_receivers(session, queries.referral(session, row.id), "due", now, day))
    _tell_counsellor(session, row, now, f"late{day}")
    return True
