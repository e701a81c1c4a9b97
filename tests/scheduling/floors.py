"""A floor for what needs more than one host: two recruiters of a booth, a coach, two halls with rooms, six seekers."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import audit, db
from fairapp.booths.models import Booth
from fairapp.scheduling import actions
from fairapp.scheduling.actions.slots import Offer
from fairapp.scheduling.models import Booking, Slot
from fairapp.scheduling.rules import Wish
from tests import factories
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


def at(minutes: int) -> datetime:
    """Return the moment so many minutes after NOW."""
    return NOW + minutes * MINUTE


class Hall:
    """Ids of everybody, and what they do."""

    def __init__(self, database: db.Database, **fair: Any) -> None:
        self.database = database
        database.write(self._build, fair)

    def _build(self, session: Session, changes: dict[str, Any]) -> None:
        fair = factories.make_fair(session, **changes)
        booth = factories.make_hiring_booth(session, fair_id=fair.id)
        self.fair, self.booth, self.employer = fair.id, booth.id, booth.employer_id
        names = ("김면접", "이면접", "박면접")
        self.hosts = [factories.make_seeker(session, name=name).id for name in names]
        for host in self.hosts:
            factories.make_membership(session, account_id=host, role="recruiter", employer_id=self.employer)
        coach = factories.make_coach(session, fair.id)
        self.coach, self.coach_account, self.agency = coach.id, coach.account_id, coach.agency_id
        self.halls = [factories.make_site(session, fair_id=fair.id, reach_minutes=10).id for _ in range(2)]
        self.rooms = [factories.make_room(session, site_id=site, name="1번").id for site in self.halls]
        self.rooms.append(factories.make_room(session, site_id=self.halls[0], name="2번").id)
        for room in self.rooms:
            actions.make_room(session, room)
        self.seekers = [factories.make_seeker(session).id for _ in range(6)]

    def write(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run an action."""
        return self.database.write(action, *args, **kwargs)

    def open(self, *starts: int, length: int = 20, host: int | None = 0, team: Sequence[int] = (), **terms: Any) -> Any:
        """Open interviews that start so many minutes after NOW; return their ids, or one id for one start."""
        terms = {"booth_id": self.booth, "kind": "interview"} | terms
        who = None if host is None else self.hosts[host]
        offer = Offer(self.fair, terms.pop("kind"), who, team=tuple(self.hosts[n] for n in team), **terms)
        opened = self.write(actions.open_slots, offer, [(at(n), at(n + length)) for n in starts], NOW)
        assert opened.clashes == [], "a host or room of the test is taken"
        return opened.slots[0] if len(starts) == 1 else opened.slots

    def clashing(self, start: int, length: int = 20, host: int = 0, **terms: Any) -> bool:
        """Whether such a slot cannot be opened."""
        offer = Offer(self.fair, "interview", self.hosts[host], booth_id=self.booth, **terms)
        return bool(self.write(actions.open_slots, offer, [(at(start), at(start + length))], NOW).clashes)

    def session(self, start: int, length: int = 30, **terms: Any) -> int:
        """Open a coaching session and return its id."""
        offer = Offer(
            self.fair,
            "coaching",
            self.coach_account,
            coach_id=self.coach,
            agency_id=self.agency,
            topic="interview",
            **terms,
        )
        slot: int = self.write(actions.open_slots, offer, [(at(start), at(start + length))], NOW).slots[0]
        return slot

    def book(self, slot: int, seeker: int = 0, now: datetime = NOW, **wish: Any) -> int:
        """Book and return the booking's id."""
        made: int = self.write(actions.book, slot, self.seekers[seeker], Wish(**wish), now).id
        return made

    def book_on(self, database: db.Database, slot: int, seeker: int = 0) -> int:
        """Book by another writer."""
        made: int = database.write(actions.book, slot, self.seekers[seeker], Wish(), NOW).id
        return made

    def allow_many(self) -> None:
        """Let the booth give one seeker several interviews."""
        self.write(lambda session: setattr(session.get_one(Booth, self.booth), "many_interviews", True))

    def booking(self, booking_id: int) -> Booking:
        """Return the booking's row."""
        with self.database.read() as session:
            return session.get_one(Booking, booking_id)

    def slot(self, slot_id: int) -> Slot:
        """Return the slot's row."""
        with self.database.read() as session:
            return session.get_one(Slot, slot_id)

    def rows(self, statement: Any) -> list[Any]:
        """Return what a select finds."""
        with self.database.read() as session:
            return list(session.scalars(statement))

    def everything(self) -> dict[str, list[Any]]:
        """Return every row of every table."""
        with self.database.read() as session:
            tables = db.Base.metadata.sorted_tables
            return {t.name: [tuple(r) for r in session.execute(select(t).order_by(*t.primary_key))] for t in tables}

    def refused(self, act: Callable[[], Any], error: type[Exception]) -> Any:
        """Return the refusal, having seen that it changed no row of any table."""
        before = self.everything()
        with pytest.raises(error) as caught:
            act()
        assert self.everything() == before
        return caught.value

    def clean(self) -> bool:
        """Whether the audit finds nothing."""
        with self.database.read() as session:
            assert audit.breaches(session) == []
        return True
