"""The walk-in line of the machine's booth: people join, are called, come or do not, and go."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.scheduling import actions, models
from tests.scheduling.machine import Seekers, many, people
from tests.scheduling.oracle_line import NEW

CALLED = ("called", "meeting")


class AtTheLine(Seekers):
    """The seekers, and a line at their booth, which is open from the beginning."""

    def _build(self, session: Session) -> None:
        super()._build(session)
        self.place_ids: list[int] = []
        actions.open_line(session, self.booth, 15, self.oracle.now)

    @rule(who=people)
    def queue(self, who: int) -> None:
        """Go to the end of the line."""
        self.oracle.changed = False
        refusal = self.oracle.queue(self.people[who])
        self.write(refusal, actions.join_line, self.booth, self.people[who], True, self.oracle.now)

    @precondition(lambda self: self.oracle.waiting())
    @rule(host=st.integers(0, 1), hall=st.booleans(), only=st.none() | many)
    def call(self, host: int, hall: bool, only: int | None) -> None:
        """Call the next, or one of the line, to a host: at a screen, or in the hall."""
        self.oracle.changed = False
        number = None if only is None else self.pick(only, self.oracle.line, lambda one: one.status == "waiting")
        room = self.room if hall else None
        refusal = self.oracle.call(self.hosts[host], room, number)
        entry = None if number is None else self.place_ids[number - 1]
        act = (actions.call, self.booth, self.hosts[host], self.oracle.now)
        made = self.write(refusal, *act, entry_id=entry, room_id=room)
        if made is not None:
            self._name_new_slot(made)

    def _name_new_slot(self, entry: int) -> None:
        """Give a slot that the call has opened the number that the database gave it."""
        with self.database.read() as session:
            found = select(models.Booking.slot_id).join(
                models.LineEntry, models.LineEntry.booking_id == models.Booking.id
            )
            number = session.scalars(found.where(models.LineEntry.id == entry)).one()
        if NEW in self.oracle.slots:
            self.oracle.slots[number] = self.oracle.slots.pop(NEW)
            for one in self.oracle.bookings.values():
                one.slot = number if one.slot == NEW else one.slot

    @precondition(lambda self: any(place.status in CALLED for place in self.oracle.line.values()))
    @rule(which=many)
    def start(self, which: int) -> None:
        """Note that who was called has come."""
        number = self.pick(which, self.oracle.line, lambda one: one.status == "called")
        if number is not None:
            refusal = self.oracle.start(number)
            act = (actions.start_meeting, self.place_ids[number - 1], self.hosts[0], self.oracle.now)
            self.write(refusal, *act)

    @precondition(lambda self: any(place.status in CALLED for place in self.oracle.line.values()))
    @rule(which=many)
    def finish(self, which: int) -> None:
        """Note that a meeting is over."""
        number = self.pick(which, self.oracle.line, lambda one: one.status == "meeting")
        if number is not None:
            refusal = self.oracle.finish(number)
            self.write(refusal, actions.finish_meeting, self.place_ids[number - 1], self.oracle.now)

    @precondition(lambda self: any(place.status in CALLED for place in self.oracle.line.values()))
    @rule(which=many)
    def skip(self, which: int) -> None:
        """Note that who was called did not come."""
        number = self.pick(which, self.oracle.line, lambda one: one.status == "called")
        if number is not None:
            refusal = self.oracle.skip(number)
            self.write(refusal, actions.skip, self.place_ids[number - 1], self.hosts[0], self.oracle.now)

    @precondition(lambda self: any(place.status == "skipped" for place in self.oracle.line.values()))
    @rule(which=many)
    def back(self, which: int) -> None:
        """Return to one's place."""
        number = self.pick(which, self.oracle.line, lambda one: one.status == "skipped")
        if number is not None:
            refusal = self.oracle.back(number)
            self.write(refusal, actions.return_to_place, self.place_ids[number - 1], self.oracle.now)

    @precondition(lambda self: self.oracle.line)
    @rule(which=many)
    def go(self, which: int) -> None:
        """Leave the line."""
        number = self.pick(which, self.oracle.line, lambda one: one.lives)
        if number is not None and which % 2 == 0:
            seeker, refusal = self.oracle.line[number].seeker, self.oracle.go(number)
            self.write(refusal, actions.leave_line, self.place_ids[number - 1], seeker, self.oracle.now)

    @rule(which=many)
    def close_or_open_line(self, which: int) -> None:
        """Close the line now and then, and open it again soon."""
        self.oracle.changed = False
        if self.oracle.line_open and which % 4 == 0:
            refusal = self.oracle.close_line()
            self.write(refusal, actions.close_line, self.booth, self.oracle.now)
        elif not self.oracle.line_open:
            self.oracle.line_open = True
            self.write(None, actions.open_line, self.booth, 15, self.oracle.now)

    @precondition(lambda self: any(self._coming()))
    @rule(minutes=st.sampled_from([7, 4, 0, -5]))
    def come_near(self, minutes: int) -> None:
        """Let the time pass until shortly before the next slot, or after its beginning."""
        self.oracle.now = min(self._coming()) - timedelta(minutes=minutes)

    def _coming(self) -> list[object]:
        margin = self.oracle.now + timedelta(minutes=7)
        return [slot.start for slot in self.oracle.slots.values() if not slot.closed and slot.start > margin]

    @invariant()
    def places_are_what_the_oracle_says(self) -> None:
        """Compare the line with what it should be."""
        with self.database.read() as session:
            rows = list(session.scalars(select(models.LineEntry).order_by(models.LineEntry.id)))
            bookings = list(session.scalars(select(models.Booking.id).order_by(models.Booking.id)))
        self.place_ids = [row.id for row in rows]
        seen = [(row.seeker_id, row.status) for row in rows]
        assert seen == [(place.seeker, place.status) for place in self.oracle.line.values()]
        for row, place in zip(rows, self.oracle.line.values(), strict=True):
            if place.status in CALLED:
                assert row.booking_id == bookings[(place.booking or 0) - 1]
