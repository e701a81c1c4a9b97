"""The people and places of the tests of pages: a fair, a hiring booth with slots, a coach, two seekers, who runs it all."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.accounts.models import AccountSession, secret_hash
from fairapp.scheduling import actions
from fairapp.scheduling.models import Booking
from fairapp.scheduling.rules import Wish
from tests import factories
from tests.factories import NOW


class Cast:
    """Ids of everybody, and what they do."""

    def __init__(self, app: Flask, **fair: Any) -> None:
        self.app = app
        self.database = db.of(app)
        self.database.write(self._build, fair)

    def _build(self, session: Session, changes: dict[str, Any]) -> None:
        agency = factories.make_agency(session)
        fair = factories.make_fair(session, agency_id=agency.id, **changes)
        site = factories.make_site(session, fair_id=fair.id)
        room = factories.make_room(session, site_id=site.id)
        actions.make_room(session, room.id)
        booth = factories.make_hiring_booth(session, fair_id=fair.id)
        self.listing = session.scalar(select(factories.Listing.id))
        self.fair, self.slug, self.room, self.booth = fair.id, fair.slug, room.id, booth.id
        self.employer, self.agency = booth.employer_id, agency.id
        people = [
            factories.make_seeker(session, name=name).id for name in ("정한별", "곽솔", "김면접", "최다른", "박코치")
        ]
        self.seeker, self.other, self.recruiter, self.stranger, self.coach_account = people
        factories.make_membership(session, account_id=self.recruiter, role="recruiter", employer_id=self.employer)
        foreign = factories.make_employer(session)
        factories.make_membership(session, account_id=self.stranger, role="recruiter", employer_id=foreign.id)
        factories.make_membership(session, account_id=self.coach_account, role="coach", agency_id=agency.id)
        self.organizer = factories.make_seeker(session).id
        factories.make_membership(session, account_id=self.organizer, role="organizer", agency_id=agency.id)
        self.slots = factories.make_slots(session, booth, 4, host_id=self.recruiter)
        coach = factories.make_coach(session, fair.id, account_id=self.coach_account, agency_id=agency.id)
        self.coach = coach.id
        self.sessions = factories.make_coaching(session, coach, 3)

    def write(self, action: Any, *args: Any, **kwargs: Any) -> Any:
        """Run an action."""
        return self.database.write(action, *args, **kwargs)

    def book(self, slot: int, seeker: int, **wish: Any) -> int:
        """Book."""
        booked: int = self.write(actions.book, slot, seeker, Wish(**wish), NOW).id
        return booked

    def booking(self, booking_id: int) -> Booking:
        """Return the booking's row."""
        with self.database.read() as session:
            return session.get_one(Booking, booking_id)

    def add_colleague(self) -> int:
        """Give the booth another recruiter."""

        def act(session: Session) -> int:
            one: int = factories.make_seeker(session, name="남동료").id
            factories.make_membership(session, account_id=one, role="recruiter", employer_id=self.employer)
            return one

        made: int = self.write(act)
        return made

    def rows(self, statement: Any) -> list[Any]:
        """Return what a select finds."""
        with self.database.read() as session:
            return list(session.scalars(statement))

    def client(self, account_id: int | None) -> FlaskClient:
        """Return a browser in which the person is signed in; None: nobody."""
        client = self.app.test_client()
        if account_id is not None:
            secret = f"secret of {account_id}"
            with self.database.read() as session:
                known = session.scalar(select(AccountSession.id).where(AccountSession.account_id == account_id))
            if known is None:
                self.write(lambda s: s.add(_session(account_id, secret)))
            with client.session_transaction() as cookie:
                cookie["secret"] = secret
        return client

    def form(self, slot: Any, /, **changes: Any) -> dict[str, Any]:
        """Return what the booking form of the booth sends."""
        return {"slot": str(slot), "listing": str(self.listing), "note": "", "consent": "y"} | changes


def _session(account_id: int, secret: str) -> AccountSession:
    return AccountSession(
        account_id=account_id,
        secret_hash=secret_hash(secret),
        created_at=NOW,
        seen_at=NOW,
        expires_at=NOW + timedelta(days=30),
    )


def words(answer: Any) -> str:
    """Return the page as text."""
    return str(answer.get_data(as_text=True))
