"""A machine that lives through random histories of seekers: after each step the rows are what a plain oracle says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from fairapp import audit, db
from fairapp.errors import AppError
from fairapp.fairs.models import Site
from fairapp.scheduling import actions, models
from fairapp.scheduling.actions.slots import Offer as Hours
from fairapp.scheduling.rules import Wish, grains
from tests import factories
from tests.factories import NOW
from tests.scheduling.oracle import REQUEST
from tests.scheduling.oracle_floor import WAY, Slot
from tests.scheduling.oracle_line import LineOracle

QUARTER = timedelta(minutes=15)
many = st.integers(0, 999)
people = st.integers(0, 5)
ANY = 3  # the host of an offer that either recruiter may give


WRITTEN = [
    db.Base.metadata.tables[name]
    for name in (
        *("slot", "booking", "booking_history", "time_claim", "waitlist_entry", "offer"),
        *("line", "line_entry"),
        *("news", "news_counter", "personal_news", "personal_counter", "outbox", "consent"),
    )
]


def empty(session: Session) -> None:
    """Empty every table, and count from 1 again."""
    tables = list(reversed(db.Base.metadata.sorted_tables))
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"TRUNCATE {', '.join(table.name for table in tables)} RESTART IDENTITY CASCADE"))
    else:
        for table in tables:
            session.execute(delete(table))


class Seekers(RuleBasedStateMachine):
    """A booth with two hosts, one in a room and one at a screen, a coach, and six people, of whom one is a host as well."""

    database: db.Database  # of the test; the machine makes it its own by emptying it

    @initialize()
    def build(self) -> None:
        """Make an empty floor."""
        self.oracle = LineOracle(NOW)
        # The oracle counts 1, 2, 3; a database that undoes something leaves numbers out. Their order is the same.
        self.booking_ids: list[int] = []
        self.entry_ids: list[int] = []
        self.block_ids: list[int] = []
        self.database.write(empty)
        self.database.write(self._build)
        hours = ((0, 120, 1), (0, 135, 1), (1, 120, 1), (2, 125, 2), (2, 165, 1), (ANY, 150, 2))
        for host, minutes, capacity in hours:
            self.open_slot(host, minutes, 30 if host == 2 else 15, capacity)

    def _build(self, session: Session) -> None:
        booth = factories.make_hiring_booth(session)
        self.fair, self.booth = booth.fair_id, booth.id
        self.room = factories.make_room(session).id
        session.get_one(Site, 1).reach_minutes = WAY.seconds // 60
        actions.make_room(session, self.room)
        self.hosts = [factories.make_seeker(session).id for _ in range(2)]
        for host in self.hosts:
            factories.make_membership(session, account_id=host, role="recruiter", employer_id=booth.employer_id)
        coach = factories.make_coach(session, self.fair)
        self.coach, self.agency = coach.id, coach.agency_id
        self.hosts.append(coach.account_id)
        self.people = [self.hosts[0], *(factories.make_seeker(session).id for _ in range(5))]
        resources = session.execute(select(models.Resource.account_id, models.Resource.room_id, models.Resource.id))
        self.resources = {account or -room: resource for account, room, resource in resources}

    def write(self, expected: Any, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Do it, and see that it is refused as expected; a refusal that expired nothing leaves every row as it was."""
        before = self.rows() if expected and not self.oracle.changed else None
        if expected is None:
            return self.database.write(action, *args, **kwargs)
        with pytest.raises(AppError) as caught:
            self.database.write(action, *args, **kwargs)
        assert type(caught.value) is expected
        assert before is None or self.rows() == before
        return None

    def rows(self) -> dict[str, list[Any]]:
        """Return every row that scheduling or telling may write."""
        with self.database.read() as session:
            return {t.name: [tuple(r) for r in session.execute(select(t).order_by(*t.primary_key))] for t in WRITTEN}

    def open_slot(self, host: int, minutes: int, length: int, capacity: int = 1) -> None:
        """Open a slot of one of the hosts, or of any recruiter, if they are free; see that it is so."""
        start = NOW + timedelta(minutes=minutes)
        end = start + timedelta(minutes=length)
        if start <= self.oracle.now:
            return
        room, team = self.room if host == 1 else None, self.hosts[:2] if host == ANY else []
        who, asks = None if host == ANY else self.hosts[host], host in (1, ANY)
        slot = Slot("coach" if host == 2 else "booth", who, room, start, end, capacity, tuple(team), asks)
        giver = {"coach_id": self.coach, "agency_id": self.agency} if host == 2 else {"booth_id": self.booth}
        terms = {"room_id": room, "capacity": capacity, "team": tuple(team)}
        asked = REQUEST.seconds // 60 if asks else 0
        kind = "coaching" if host == 2 else "interview"
        hours = Hours(self.fair, kind, who, request_minutes=asked, **terms, **giver)
        opened = self.database.write(actions.open_slots, hours, [(start, end)], self.oracle.now)
        free = self.oracle.can_open(slot)
        assert (len(opened.slots), len(opened.clashes)) == ((1, 0) if free else (0, 1))
        if free:
            self.oracle.slots[opened.slots[0]] = slot

    def pick(self, number: int, where: dict[int, Any], likely: Callable[[Any], bool] = lambda _: True) -> int | None:
        """Return one of the keys, four times in five of a `likely` one; None where there are none."""
        self.oracle.changed = False
        chosen = [key for key, one in where.items() if number % 5 == 0 or likely(one)] or list(where)
        return chosen[number % len(chosen)] if chosen else None

    @rule(slot=many, who=people, status=st.sampled_from(["confirmed", "held", "requested"]))
    def book(self, slot: int, who: int, status: str) -> None:
        """Book, hold or ask for a slot."""
        number = self.pick(slot, self.oracle.slots, lambda one: not one.closed and one.start > self.oracle.now)
        if number is not None:
            refusal = self.oracle.book(number, self.people[who], status)
            wish = Wish(hold=status == "held", request=status == "requested")
            if slot % 4 == 0:  # what would happen is what happens
                with pytest.raises((AppError, actions.WouldBook)) as told:
                    self.database.write(actions.try_booking, number, self.people[who], wish, self.oracle.now)
                assert type(told.value) is (refusal or actions.WouldBook)
            self.write(refusal, actions.book, number, self.people[who], wish, self.oracle.now)

    @rule(which=many, stale=st.sampled_from([False, False, False, True]))
    def confirm(self, which: int, stale: bool) -> None:
        """Confirm a hold, perhaps with an old revision."""
        number = self.pick(which, self.oracle.bookings, lambda one: one.status == "held")
        if number is not None:
            one = self.oracle.bookings[number]
            rev = one.rev - stale
            refusal = self.oracle.confirm(number, rev)
            self.write(refusal, actions.confirm, self.booking_ids[number - 1], one.seeker, rev, self.oracle.now)

    @rule(which=many)
    def cancel(self, which: int) -> None:
        """Cancel a booking."""
        number = self.pick(which, self.oracle.bookings, lambda one: one.active)
        if number is not None:
            seeker, refusal = self.oracle.bookings[number].seeker, self.oracle.cancel(number)
            self.write(refusal, actions.cancel, self.booking_ids[number - 1], seeker, self.oracle.now)

    @rule(which=many, slot=many)
    def move(self, which: int, slot: int) -> None:
        """Move a booking."""
        number = self.pick(which, self.oracle.bookings, lambda one: one.active)
        to = self.pick(slot, self.oracle.slots, lambda one: not one.closed and one.giver == "booth")
        if number is not None and to is not None:
            seeker, refusal = self.oracle.bookings[number].seeker, self.oracle.move(number, to)
            self.write(refusal, actions.reschedule, self.booking_ids[number - 1], to, seeker, self.oracle.now)

    @precondition(lambda self: sum(one.status == "waiting" for one in self.oracle.entries.values()) < 4)
    @rule(who=people, coach=st.booleans())
    def join(self, who: int, coach: bool) -> None:
        """Wait at the booth or for the coach."""
        self.oracle.changed = False
        entry = self.oracle.join(self.people[who], "coach" if coach else "booth")
        giver = {"coach_id": self.coach} if coach else {"booth_id": self.booth}
        made = self.write(None, actions.join_waitlist, self.people[who], self.oracle.now, **giver)
        self.entry_ids += [] if made in self.entry_ids else [made]
        assert self.entry_ids.index(made) + 1 == entry

    @rule(which=many)
    def leave(self, which: int) -> None:
        """Stop waiting."""
        number = self.pick(which, self.oracle.entries)
        if number is not None:
            seeker, refusal = self.oracle.entries[number].seeker, self.oracle.leave(number)
            self.write(refusal, actions.leave_waitlist, self.entry_ids[number - 1], seeker, self.oracle.now)

    @rule(which=many)
    def accept(self, which: int) -> None:
        """Take the last offer of somebody waiting."""
        offered = {n: one for n, one in self.oracle.entries.items() if one.offered}
        number = self.pick(which, offered)
        if number is not None:
            with self.database.read() as session:
                wanted = models.Offer.booking_id == self.booking_ids[offered[number].offered[-1] - 1]
                offer = session.scalars(select(models.Offer.id).where(wanted)).one()
            refusal = self.oracle.accept(number)
            self.write(refusal, actions.accept_offer, offer, offered[number].seeker, False, self.oracle.now)

    @rule(minutes=st.sampled_from([1, 2, 3, 20]))
    def wait(self, minutes: int) -> None:
        """Let time pass."""
        self.oracle.now += timedelta(minutes=minutes)

    @precondition(lambda self: any(one.until for one in self.oracle.bookings.values()))
    @rule()
    def lapse(self) -> None:
        """Let the time pass until the next hold is outdated."""
        untils = [one.until for one in self.oracle.bookings.values() if one.until and one.until > self.oracle.now]
        self.oracle.now = min(untils, default=self.oracle.now)

    @precondition(lambda self: any(self.oracle.stale(number) for number in self.oracle.bookings))
    @rule()
    def sweep(self) -> None:
        """Let the sweeper come by."""
        stale = [number for number in self.oracle.bookings if self.oracle.stale(number)]
        self.oracle.expire(stale)
        self.write(None, actions.expire, [self.booking_ids[number - 1] for number in stale], self.oracle.now)

    @invariant()
    def rows_are_what_the_oracle_says(self) -> None:
        """Compare claims, bookings, seats and waits with what should be."""
        with self.database.read() as session:
            claims = session.execute(select(models.TimeClaim.resource_id, models.TimeClaim.grain)).all()
            rows = list(session.scalars(select(models.Booking).order_by(models.Booking.id)))
            waits = list(session.scalars(select(models.WaitlistEntry).order_by(models.WaitlistEntry.id)))
        self.booking_ids = [row.id for row in rows]
        assert sorted(map(tuple, claims)) == sorted(self.derived())
        seen = [(row.slot_id, row.seeker_id, row.host_id, row.status, row.hold_expires_at, row.rev) for row in rows]
        said = [(b.slot, b.seeker, b.host, b.status, b.until, b.rev) for b in self.oracle.bookings.values()]
        assert seen == said
        assert [row.cancel_until for row in rows] == [b.cancel_until for b in self.oracle.bookings.values()]
        seats = [(row.slot_id, row.seat_no) for row in rows if row.seat_no is not None]
        assert len(seats) == len(set(seats))
        assert all(1 <= seat <= self.oracle.slots[slot].capacity for slot, seat in seats)
        self.entry_ids = [row.id for row in waits]
        assert [row.status for row in waits] == [one.status for one in self.oracle.entries.values()]

    def derived(self) -> list[tuple[int, int]]:
        """Return the claims that active bookings, open slots and blocks must have."""
        places: list[tuple[int, datetime, datetime]] = []
        for one in self.oracle.bookings.values():
            slot = self.oracle.slots[one.slot]
            there = [one.seeker, *([] if one.host is None else [one.host])] if one.active else []
            places += [(person, slot.start, slot.end) for person in there]
        for slot in self.oracle.slots.values():
            held = [slot.host, slot.room and -slot.room]
            places += [(who, slot.start, slot.end) for who in held if who is not None and not slot.closed]
        places += [block for block in self.oracle.blocks.values() if block is not None]
        return [(self.resources[who], grain) for who, start, end in places for grain in grains(start, end)]

    def teardown(self) -> None:
        """See at the end that nothing else is wrong: news without gaps, letters, histories, offers."""
        with self.database.read() as session:
            assert audit.breaches(session) == []
