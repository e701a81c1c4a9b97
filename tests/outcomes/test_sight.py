"""Property: whatever people do, staff see a seeker's data exactly while a consent of hers holds for them."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.accounts import actions
from fairapp.accounts.models import Account, Consent
from fairapp.booths import actions as booths
from fairapp.errors import AppError, Conflict
from fairapp.outcomes import actions as outcomes
from fairapp.programmes import actions as programmes
from fairapp.programmes.models import Assignment
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling.rules import Wish
from tests import factories
from tests.canary import PDF
from tests.factories import NOW
from tests.outcomes.cast import BEFORE, Cast, open_slot
from tests.signing_in import browser_of

STEPS = (
    "book",
    "book_coach",
    "tell",
    "counsel",
    "withdraw",
    "cancel",
    "check_in",
    "reject",
    "ask_papers",
    "week",
    "months",
    "erase",
)


@dataclass
class World:
    """One seeker among her recruiter and coach, and what a plain model knows of her consents."""

    app: Flask
    cast: Cast
    seeker: int
    now: datetime = NOW
    until: dict[str, datetime] = field(default_factory=dict)  # by receiver, while not withdrawn
    booked: list[int] = field(default_factory=list)
    erased: bool = False
    browsers: dict[int, FlaskClient] = field(default_factory=dict)

    def browser(self, account: int) -> FlaskClient:
        """Return a browser in which somebody is signed in."""
        if account not in self.browsers:
            self.browsers[account] = browser_of(self.app, account)
        return self.browsers[account]


def make_world(app: Flask, cast: Cast) -> World:
    """Return a fresh seeker in the cast's fair, with a résumé and words of her own."""

    def make(session: Session) -> int:
        who = factories.make_seeker(session, name="남궁카나리아").id
        booths.allow_many_interviews(session, cast.booth, True)
        actions.keep_resume(session, who, "cv.pdf", PDF, BEFORE)
        return who

    return World(app, cast, db.of(app).write(make))


def step(world: World, what: str, where: random.Random) -> None:
    """Do one thing, and keep what the model says of it; what the app refuses changes nothing."""
    write, cast, now, until = db.of(world.app).write, world.cast, world.now, world.until
    if what in ("week", "months"):
        world.now += timedelta(days=7 if what == "week" else 95)
        world.browsers.clear()
    elif world.erased:
        return
    elif what in ("book", "book_coach"):
        _book(world, what == "book", where)
    elif what in ("tell", "counsel"):
        write(_tell if what == "tell" else _counsel, world)
    elif what == "withdraw":
        with db.of(world.app).read() as session:
            given = session.scalars(select(Consent.id).where(Consent.seeker_id == world.seeker)).all()
        for one in given:
            write(actions.withdraw_consent, world.seeker, one, now)
        until.clear()
    elif what == "cancel" and world.booked:
        write(scheduling.cancel, world.booked.pop(), cast.organizer, now, by_staff=True)
    elif what == "check_in":
        code = write(outcomes.ensure_pass, cast.fair, world.seeker, now)
        write(outcomes.check_in, cast.fair, code, cast.organizer, now)
    elif what == "reject" and world.booked:
        _reject(world)
    elif what == "ask_papers":
        write(outcomes.ask_papers, world.seeker, cast.employer, now)
        until.pop("employer", None)
    elif what == "erase":
        write(actions.erase, world.seeker, "asked", now)
        world.erased = True
        until.clear()


def _book(world: World, interview: bool, where: random.Random) -> None:
    write, cast = db.of(world.app).write, world.cast
    starts = NOW + timedelta(hours=where.randrange(15, 38), minutes=30)  # tomorrow in Seoul

    def make(session: Session) -> int:
        host = factories.make_seeker(session).id if interview else cast.coach_account
        coach = {"coach_id": cast.coach, "agency_id": cast.coach_agency}
        try:
            slot = open_slot(session, cast.fair, host, starts, **({"booth_id": cast.booth} if interview else coach))
        except IndexError:  # the coach gives that hour already, to who came in another history
            raise Conflict from None
        wish = Wish(listing_id=cast.listing if interview else None, consent=True, note=f"쪽지{world.seeker}번")
        return scheduling.book(session, slot, world.seeker, wish, world.now).id

    made = write(make)
    if interview:
        world.booked.append(made)
    with db.of(world.app).read() as session:
        receiver = Consent.employer_id == cast.employer if interview else Consent.agency_id == cast.coach_agency
        mine = select(Consent.until).where(Consent.seeker_id == world.seeker, receiver, Consent.withdrawn_at.is_(None))
        world.until["employer" if interview else "agency"] = max(session.scalars(mine))


def _tell(session: Session, world: World) -> None:
    """Let a partner say that she agreed to being shown to the fair's agency."""
    how = {"way": "partner", "stated_on": world.now.date()}
    until = world.now + timedelta(days=60)
    actions.give_consent(session, world.seeker, None, world.cast.agency, "joining", until, world.now, **how)
    world.until["partner"] = max(until, world.until.get("partner", until))


def _counsel(session: Session, world: World) -> None:
    """Let her ask for a counsellor at the coach's agency, who may see her for a year."""
    programmes.apply(session, world.seeker, world.cast.coach_agency, world.now)
    until = world.now + timedelta(days=365)
    for receiver in ("counsel", "agency"):
        world.until[receiver] = max(until, world.until.get(receiver, until))


def _reject(world: World) -> None:
    write, cast, booking = db.of(world.app).write, world.cast, world.booked[-1]
    late = NOW + timedelta(days=2)
    world.now = max(world.now, late)
    write(outcomes.mark_attendance, booking, by=cast.recruiter, now=world.now, seeker="present", host="present")
    day = (late + timedelta(hours=9)).date()
    write(outcomes.append_outcome, booking, outcomes.Found("rejected", day), cast.recruiter, world.now, "recruiter")
    if "employer" in world.until:
        end = datetime(day.year, day.month, day.day, 15, tzinfo=NOW.tzinfo)  # midnight in Seoul
        latest = max(end + timedelta(days=30), world.now + timedelta(seconds=1))
        world.until["employer"] = min(world.until["employer"], latest)


def check(world: World) -> None:
    """Look through a recruiter's, a coach's, and two strangers' eyes."""
    sees = {who for who, until in world.until.items() if until > world.now}
    resume = f"/seekers/{world.seeker}/resume"
    cast = world.cast
    eyes = {
        cast.recruiter: "employer",
        cast.coach_account: "agency",
        cast.organizer: "partner",
        cast.stranger: "nobody",
    }
    with db.of(world.app).read() as session:
        cases = session.scalars(select(Assignment.id).where(Assignment.seeker_id == world.seeker)).all()
    with time_machine.travel(world.now, tick=False):
        for account, receiver in eyes.items():
            browser = world.browser(account)
            assert browser.get(resume).status_code == (200 if receiver in sees else 404), receiver
        person = world.browser(cast.organizer).get(f"/agencies/{cast.agency}/people/{world.seeker}")
        assert person.status_code == (200 if "partner" in sees else 404)
        for case in cases:
            text = world.browser(cast.coach_account).get(f"/caseload/{case}").text
            assert ("남궁카나리아" in text) is ("counsel" in sees)
        day = (NOW + timedelta(hours=9)).date()
        path = f"/stand/{world.cast.booth}?day={day + timedelta(days=1)}"
        text = world.browser(world.cast.recruiter).get(path).text
        assert f"쪽지{world.seeker}번" not in text or "employer" in sees
    with db.of(world.app).read() as session:
        assert (session.get_one(Account, world.seeker).name == "남궁카나리아") is not world.erased


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
@given(steps=st.lists(st.sampled_from(STEPS), min_size=3, max_size=7), seed=st.integers(0, 2**16))
def test_staff_see_a_seeker_exactly_while_she_allows_it(cast: Cast, app: Flask, steps: list[str], seed: int) -> None:
    with time_machine.travel(NOW, tick=False):
        world = make_world(app, cast)
        where = random.Random(seed)
        check(world)
        for what in ["book", *steps]:
            try:
                step(world, what, where)
            except AppError:
                continue
            check(world)


def test_the_check_notices_a_withdrawal_that_does_nothing(
    cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, where = make_world(app, cast), random.Random(1)
    step(world, "book", where)
    check(world)
    monkeypatch.setattr(actions, "withdraw_consent", lambda *_: None)
    step(world, "withdraw", where)
    with pytest.raises(AssertionError, match="employer"):
        check(world)
