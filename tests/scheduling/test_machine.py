"""Random histories of bookings, holds, waits and slots: after each step the rows are what a plain oracle says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from fairapp import audit, db
from fairapp.errors import AppError
from fairapp.scheduling import actions, models
from fairapp.scheduling.actions.slots import Offer as Hours
from fairapp.scheduling.rules import Wish, grains
from tests import factories
from tests.factories import NOW
from tests.scheduling.oracle import Oracle, Slot

QUARTER = timedelta(minutes=15)
many = st.integers(0, 999)
people = st.integers(0, 5)


class History(RuleBasedStateMachine):
    """A booth with two hosts in one room, a coach, and six people, of whom one is a host as well."""

    database: db.Database  # of the test; the machine makes it its own by emptying it

    @initialize()
    def build(self) -> None:
        """Make an empty floor."""
        self.oracle = Oracle(NOW)
        # The oracle counts 1, 2, 3; a database that undoes something leaves numbers out. Their order is the same.
        self.booking_ids: list[int] = []
        self.entry_ids: list[int] = []
        self.database.write(empty)
        self.database.write(self._build)
        for host, minutes, capacity in ((0, 120, 1), (0, 135, 1), (1, 120, 1), (2, 125, 2), (2, 165, 1)):
            self._open(host, minutes, 15 if host < 2 else 30, capacity)

    def _build(self, session: Session) -> None:
        booth = factories.make_hiring_booth(session)
        self.fair, self.booth = booth.fair_id, booth.id
        self.room = factories.make_room(session).id
        actions.make_room(session, self.room)
        self.hosts = [factories.make_seeker(session).id for _ in range(2)]
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

    def _open(self, host: int, minutes: int, length: int, capacity: int = 1) -> None:
        kind, room = ("coaching", None) if host == 2 else ("interview", self.room if host == 1 else None)
        start = NOW + timedelta(minutes=minutes)
        end = start + timedelta(minutes=length)
        if start <= self.oracle.now:
            return
        giver = {"coach_id": self.coach, "agency_id": self.agency} if host == 2 else {"booth_id": self.booth}
        hours = Hours(self.fair, kind, self.hosts[host], room_id=room, capacity=capacity, **giver)
        opened = self.database.write(actions.open_slots, hours, [(start, end)], self.oracle.now)
        free = self.oracle.can_open(self.hosts[host], room, start, end)
        assert (len(opened.slots), len(opened.clashes)) == ((1, 0) if free else (0, 1))
        if free:
            name = "coach" if host == 2 else "booth"
            self.oracle.slots[opened.slots[0]] = Slot(name, self.hosts[host], room, start, end, capacity)

    def pick(self, number: int, where: dict[int, Any], likely: Callable[[Any], bool] = lambda _: True) -> int | None:
        """Return one of the keys, four times in five of a `likely` one; None where there are none."""
        self.oracle.changed = False
        chosen = [key for key, one in where.items() if number % 5 == 0 or likely(one)] or list(where)
        return chosen[number % len(chosen)] if chosen else None

    @rule(slot=many, who=people)
    def book(self, slot: int, who: int) -> None:
        """Book a slot."""
        self._book(slot, who, hold=False)

    @rule(slot=many, who=people)
    def hold(self, slot: int, who: int) -> None:
        """Hold a slot."""
        self._book(slot, who, hold=True)

    def _book(self, slot: int, who: int, *, hold: bool) -> None:
        number = self.pick(slot, self.oracle.slots, lambda one: not one.closed and one.start > self.oracle.now)
        if number is not None:
            refusal = self.oracle.book(number, self.people[who], hold)
            self.write(refusal, actions.book, number, self.people[who], Wish(hold=hold), self.oracle.now)

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

    @rule(host=st.integers(0, 2), quarter=st.integers(0, 16), length=st.sampled_from([15, 30, 45]))
    def open(self, host: int, quarter: int, length: int) -> None:
        """Open a slot, if host and room are free."""
        self._open(host, 60 + 15 * quarter, length)

    @rule(which=many)
    def close(self, which: int) -> None:
        """Close a slot."""
        number = self.pick(which, self.oracle.slots)
        if number is not None and which % 3 == 0:  # not so often that nothing is left
            self.write(self.oracle.close(number), actions.close_slot, number, self.oracle.now)

    @rule(minutes=st.sampled_from([1, 2, 3, 20]))
    def wait(self, minutes: int) -> None:
        """Let time pass."""
        self.oracle.now += timedelta(minutes=minutes)

    @precondition(lambda self: any(one.status == "held" for one in self.oracle.bookings.values()))
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
            entries = list(session.scalars(select(models.WaitlistEntry.status).order_by(models.WaitlistEntry.id)))
        self.booking_ids = [row.id for row in rows]
        assert sorted(map(tuple, claims)) == sorted(self.derived())
        seen = [(row.slot_id, row.seeker_id, row.status, row.hold_expires_at, row.rev) for row in rows]
        assert seen == [(b.slot, b.seeker, b.status, b.until, b.rev) for b in self.oracle.bookings.values()]
        seats = [(row.slot_id, row.seat_no) for row in rows if row.seat_no is not None]
        assert len(seats) == len(set(seats))
        assert all(1 <= seat <= self.oracle.slots[slot].capacity for slot, seat in seats)
        assert entries == [one.status for one in self.oracle.entries.values()]

    def derived(self) -> list[tuple[int, int]]:
        """Return the claims that active bookings and open slots must have."""
        places: list[tuple[int, datetime, datetime]] = []
        for one in self.oracle.bookings.values():
            if one.active:
                slot = self.oracle.slots[one.slot]
                places.append((self.resources[one.seeker], slot.start, slot.end))
        for slot in self.oracle.slots.values():
            resources = [] if slot.closed else [slot.host] if slot.room is None else [slot.host, -slot.room]
            places += [(self.resources[resource], slot.start, slot.end) for resource in resources]
        return [(resource, grain) for resource, start, end in places for grain in grains(start, end)]

    def teardown(self) -> None:
        """See at the end that nothing else is wrong: news without gaps, letters, histories, offers."""
        with self.database.read() as session:
            assert audit.breaches(session) == []


WRITTEN = [
    db.Base.metadata.tables[name]
    for name in (
        *("slot", "booking", "booking_history", "time_claim", "waitlist_entry", "offer"),
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


def live(app: Flask, examples: int, steps: int) -> None:
    """Live through that many histories."""
    History.database = db.of(app)
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    run_state_machine_as_test(History, settings=chosen)


def test_random_histories_go_as_the_oracle_says(app_on_both: Flask) -> None:
    live(app_on_both, 15, 40)


@pytest.mark.soak
def test_random_histories_go_as_the_oracle_says_for_long(app_on_both: Flask) -> None:
    live(app_on_both, 600, 60)
