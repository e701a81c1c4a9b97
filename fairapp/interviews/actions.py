"""What an interview adds to a booking: its listing must be open, and the profile is shared only by consent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from fairapp import clock
from fairapp.accounts.actions import Grant, give_consents
from fairapp.booths.rules import Readiness, what_is_missing
from fairapp.interviews import pushes, queries
from fairapp.live.actions import announce, post
from fairapp.scheduling import queries as scheduling
from fairapp.scheduling.rules import Kind, NotOpen, NotReady, SlotFacts, Wish

# The employer decides and answers after the fair; then the consent ends by itself.
SHARED_FOR = timedelta(days=90)


def check_interview(session: Session, slot: SlotFacts, seeker_id: int, wish: Wish, now: datetime) -> None:
    """Raise NotOpen for a listing that is not one of the booth's open ones, NotReady for one that asks for more.

    The gate itself was checked before. Staff may pass over what a listing asks, with a reason.
    """
    if wish.listing_id is None:
        return
    needs = queries.needs_of_open(session, wish.listing_id, slot.booth_id, now)
    if needs is None:
        raise NotOpen(_l("지금은 지원할 수 없는 공고예요"))
    if wish.override:
        return
    on = clock.local(slot.starts_at, slot.zone).date()
    ready = queries.readiness(session, seeker_id, on) if needs.of_person else Readiness()
    missing = what_is_missing(needs, ready, None if wish.unasked or wish.drawn else wish.answers)
    if missing is not None:
        raise NotReady(missing)


def interview_key(slot: SlotFacts, seeker_id: int) -> str | None:
    """Return the key of which a seeker has one at a time: one active interview a booth, unless the employer allows more."""
    return None if slot.many_interviews else f"interview:{slot.booth_id}:{seeker_id}"


def share_profiles(session: Session, made: Sequence[tuple[SlotFacts, int, Wish]], now: datetime) -> None:
    """Write the receipts of the seekers' consents, where they gave them, for the booths' employers."""
    give_consents(
        session,
        [
            Grant(
                seeker_id,
                slot.employer_id,
                None,
                "interview",
                slot.fair_ends_at + SHARED_FOR,
                "desk" if wish.override else "page",
            )
            for slot, seeker_id, wish in made
            if wish.consent and slot.employer_id is not None
        ],
        now,
    )


def tell_lapsed(session: Session, booth_ids: Sequence[int], now: datetime) -> None:
    """Tell the people booked at booths that stopped hiring that their bookings stay."""
    booked = scheduling.upcoming_at_booths(session, booth_ids, now)
    announce(session, [pushes.lapsed_news(facts, now) for facts in booked])
    post(session, [pushes.lapsed_letter(facts, now) for facts in booked])


INTERVIEW = Kind(check=check_interview, exclusive_key=interview_key, booked=share_profiles)
