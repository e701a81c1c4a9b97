"""A person with words nobody else has, who has used everything there is: wherever one of the words shows, she shows."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.accounts import actions as accounts
from fairapp.accounts.rules import ProfileFields, hash_password
from fairapp.booths import actions as booths
from fairapp.coaching import actions as coaching
from fairapp.outcomes import actions
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling import queries
from fairapp.scheduling.rules import Wish
from tests import factories
from tests.canary_way import plant_way
from tests.factories import NOW
from tests.outcomes.cast import BEFORE, Cast, open_slot

NAME, MAIL, PHONE, SAID = "남궁카나리아", "canary.unique@example.kr", "+821098761234", "지저귐쪽지"
PASSWORD = "correct horse battery staple"
SIGNS = (NAME, MAIL, "98761234", "9876-1234", SAID, "1991-02-03")
PDF = b"%PDF-1.7\n" + f"{SAID}-intro".encode() + b"\nstartxref\n0\n%%EOF\n"
HASHED = hash_password(PASSWORD)


@dataclass
class Canary:
    """Ids of the person and of what she has."""

    id: int
    met: int  # an interview that took place
    coached: int  # a session that took place
    coming: int  # an interview to come
    outcome: int
    line_entry: int
    waiter: int  # who waits for the seat of the interview to come


def said(what: str) -> str:
    """Return the words by which something of hers is known."""
    return f"{SAID}-{what}"


def plant(app: Flask, cast: Cast) -> Canary:
    """Make the person with everything, each step in a transaction of its own."""
    write = db.of(app).write
    who = write(_register)
    met, coached, coming, waiter = write(_book, cast, who)
    write(_after, cast, who, met, coached)
    write(plant_way, cast, who, NAME, MAIL, PHONE, SAID)
    found = actions.Found("hired", clock_day(), cast.listing, evidence="contract", reference=said("reference"))
    outcome = write(actions.append_outcome, met, found, cast.recruiter, NOW, "recruiter")
    write(actions.reply, outcome, who, False, said("dispute"), NOW)
    line = write(scheduling.open_line, cast.booth, 15, NOW)
    entry = write(scheduling.join_line, line, who, True, NOW)
    return Canary(who, met, coached, coming, outcome, entry, waiter)


def clock_day() -> date:
    """Return the day of NOW in the fair's zone."""
    return (NOW + timedelta(hours=9)).date()


def _register(session: Session) -> int:
    who = factories.make_seeker(session, name=NAME, email=MAIL, password_hash=HASHED).id
    fields = ProfileFields(phone=PHONE, birth_date=date(1991, 2, 3), intro=said("intro"), skills=(said("intro"),))
    accounts.save_profile(session, who, fields, BEFORE)
    accounts.keep_resume(session, who, f"{NAME}.pdf", PDF, BEFORE)
    accounts.ask_reset(session, MAIL, BEFORE)
    accounts.make_token(session, who, said("token"), "e" * 64, NOW)
    accounts.sign_in(session, who, MAIL, "f" * 64, NOW, browser=said("browser"), address="203.0.113.77")
    accounts.begin_attempt(session, MAIL, "", NOW)
    scheduling.add_block(
        session, queries.resources_of(session, who)[0], NOW, NOW + timedelta(minutes=5), said("block"), BEFORE
    )
    return who


def _book(session: Session, cast: Cast, who: int) -> tuple[int, int, int, int]:
    host = factories.make_seeker(session, name="김면접").id
    coach = {"coach_id": cast.coach, "agency_id": cast.coach_agency}
    hour = timedelta(hours=1)
    slots = [
        open_slot(session, cast.fair, host, NOW - hour, booth_id=cast.booth),
        open_slot(session, cast.fair, cast.coach_account, NOW - hour * 2, **coach),
        open_slot(session, cast.fair, host, NOW + hour * 3, booth_id=cast.booth),
    ]
    booths.allow_many_interviews(session, cast.booth, True)
    asked = Wish(listing_id=cast.listing, consent=True, note=said("note"), answers={"why": said("answer")})
    wishes = [asked, Wish(consent=True, note=said("note")), asked]
    made = [scheduling.book(session, one, who, wish, BEFORE).id for one, wish in zip(slots, wishes, strict=True)]
    waiter = factories.make_seeker(session, name="기다림").id
    scheduling.join_waitlist(session, waiter, BEFORE, booth_id=cast.booth)
    return made[0], made[1], made[2], waiter


def _after(session: Session, cast: Cast, who: int, met: int, coached: int) -> None:
    actions.mark_attendance(session, met, by=cast.recruiter, now=NOW, seeker="absent")
    actions.appeal(session, met, who, said("appeal"), NOW)
    actions.mark_attendance(session, met, by=cast.recruiter, now=NOW, seeker="present", host="present")
    coaching.write_note(session, coached, cast.coach_account, said("private"), NOW, private=True)
    coaching.write_note(session, coached, who, said("shared"), NOW, private=False)
    code = actions.ensure_pass(session, cast.fair, who, NOW)
    actions.check_in(session, cast.fair, code, cast.organizer, NOW)
    booths.report_booth(session, cast.booth, who, "conduct", said("report"), NOW)
