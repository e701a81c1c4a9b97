"""Coaches of a fair, and what a coaching session adds to a booking: the coach's agency sees the profile by consent only."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp import clock
from fairapp.accounts.actions import Grant, give_consents
from fairapp.accounts.queries import segments
from fairapp.coaching.models import TOPICS, Coach, SessionNote
from fairapp.coaching.queries import serves
from fairapp.errors import Invalid, NotFound
from fairapp.interviews.actions import check_interview
from fairapp.interviews.actions import share_profiles as share_with_employer
from fairapp.scheduling import queries as scheduling
from fairapp.scheduling.models import Booking
from fairapp.scheduling.rules import Kind, NotOpen, NotReady, SlotFacts, Wish

SHARED_FOR = timedelta(days=90)
NOT_FOR_ALL = _l("정해진 대상을 위한 창구예요. 내 프로필의 생년월일과 대상을 확인해 주세요")


def make_coach(
    session: Session,
    fair_id: int,
    account_id: int,
    agency_id: int,
    topics: Sequence[str],
    now: datetime,
    *,
    about: str = "",
    about_en: str = "",
    place: str = "",
) -> int:
    """Let a coach of the agency coach at the fair; return the id under which her slots are found.

    Invalid for no topic, text that is too long, or a person who coaches there already.
    """
    if not topics or not set(topics) <= set(TOPICS):
        raise Invalid.one("topics", _l("코칭 주제를 하나 이상 골라 주세요"))
    for name, text, most in (("about", about, 2000), ("about_en", about_en, 2000), ("place", place, 120)):
        if len(text) > most:
            raise Invalid.one(name, _l("%(most)s자까지 쓸 수 있어요", most=most))
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(Coach).values(
        fair_id=fair_id,
        account_id=account_id,
        agency_id=agency_id,
        topics=list(topics),
        about=about,
        about_en=about_en,
        place=place,
        created_at=now,
    )
    coach_id = session.execute(row.on_conflict_do_nothing().returning(Coach.id)).scalar()
    if coach_id is None:
        raise Invalid.one("fair", _l("이 박람회에는 이미 코치로 등록했어요"))
    return int(coach_id)


def check_coaching(session: Session, slot: SlotFacts, seeker_id: int, wish: Wish, now: datetime) -> None:
    """Raise NotOpen if the coach has left her agency, NotReady where her agency is for groups to which the seeker does not
    belong on that day (staff may pass that over); Invalid if a listing is named: a coaching session has none.
    """
    groups = () if slot.coach_id is None else serves(session, slot.coach_id)
    if groups is None:
        raise NotOpen
    on = clock.local(slot.starts_at, slot.zone).date()
    if groups and not wish.override and segments(session, seeker_id, on).isdisjoint(groups):
        raise NotReady(NOT_FOR_ALL)
    if wish.listing_id is not None:
        raise Invalid.one("listing", _l("코칭에는 공고를 고르지 않아요"))


def no_key(slot: SlotFacts, seeker_id: int) -> str | None:
    """Return None: a seeker may have several sessions, as long as they do not overlap."""
    return None


def share_profiles(session: Session, made: Sequence[tuple[SlotFacts, int, Wish]], now: datetime) -> None:
    """Write the receipts of the seekers' consents, where they gave them, for the coaches' agencies."""
    give_consents(
        session,
        [
            Grant(
                seeker_id,
                None,
                slot.agency_id,
                "coaching",
                slot.fair_ends_at + SHARED_FOR,
                "desk" if wish.override else "page",
            )
            for slot, seeker_id, wish in made
            if wish.consent and slot.agency_id is not None
        ],
        now,
    )


def check_group(session: Session, slot: SlotFacts, seeker_id: int, wish: Wish, now: datetime) -> None:
    """Raise what the giver's own kind of meeting would refuse: a booth's or a coach's session for many."""
    (check_interview if slot.coach_id is None else check_coaching)(session, slot, seeker_id, wish, now)


def share_with_giver(session: Session, made: Sequence[tuple[SlotFacts, int, Wish]], now: datetime) -> None:
    """Write the receipts of consents given for sessions for many, to the employer or the agency that gives them."""
    share_with_employer(session, [one for one in made if one[0].coach_id is None], now)
    share_profiles(session, [one for one in made if one[0].coach_id is not None], now)


GROUP = Kind(check=check_group, exclusive_key=no_key, booked=share_with_giver)
COACHING = Kind(check=check_coaching, exclusive_key=no_key, booked=share_profiles)


LONGEST_NOTE = 4000


def write_note(session: Session, booking_id: int, author_id: int, text: str, now: datetime, *, private: bool) -> None:
    """Keep what the author writes about a coaching session, in place of what she wrote before; an empty text removes it.

    The seeker and the coach write notes that both read; private ones are the coach's. Raises NotFound for anybody else and
    for what is no coaching session, Invalid for a text over 4,000 characters.
    """
    facts = scheduling.booking_facts(session, booking_id)
    if facts is None or facts.coach_id is None:
        raise NotFound
    if author_id != facts.host_id and (private or author_id != facts.seeker_id):
        raise NotFound
    if len(text) > LONGEST_NOTE:
        raise Invalid.one("text", _l("%(most)s자까지 쓸 수 있어요", most=LONGEST_NOTE))
    mine = {"booking_id": booking_id, "author_id": author_id, "private": private}
    session.execute(delete(SessionNote).filter_by(**mine))
    if text.strip():
        session.execute(insert(SessionNote).values(**mine, text=text, written_at=now))


def erase_person(session: Session, account_id: int, now: datetime) -> None:
    """Delete what was written about the person's sessions, by whomever, and what nobody but she could read; blank her card.

    What she shared as a coach stays with the seekers to whom it was said.
    """
    hers = select(Booking.id).where(Booking.seeker_id == account_id)
    own = (SessionNote.author_id == account_id) & SessionNote.private.is_(True)
    session.execute(delete(SessionNote).where(or_(SessionNote.booking_id.in_(hers), own)))
    session.execute(update(Coach).where(Coach.account_id == account_id).values(about="", about_en="", place=""))


def forget_notes(session: Session, before: datetime) -> int:
    """Delete some notes written before then; return how many."""
    note = SessionNote
    old = select(note.booking_id, note.author_id, note.private).where(note.written_at < before).limit(500)
    keys = [tuple(row) for row in session.execute(old)]
    if keys:
        session.execute(delete(note).where(tuple_(note.booking_id, note.author_id, note.private).in_(keys)))
    return len(keys)
