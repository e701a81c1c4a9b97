"""What should happen when staff act: requests answered, slots opened and closed, days shifted, meetings given away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from fairapp.errors import Invalid
from fairapp.scheduling import rules
from fairapp.scheduling.actions.slots import SlotInUse
from tests.scheduling.oracle import Oracle
from tests.scheduling.oracle_floor import CANCEL, FARTHEST, Booking, Refusal, Slot, near, too_far


@dataclass(frozen=True)
class Moving:
    """A slot as it becomes, and which of its bookings go along: all of them, or one that leaves an open offer."""

    old: int
    new: Slot
    bookings: tuple[int, ...]
    alone: bool


class StaffOracle(Oracle):
    """The steps of staff. Each returns the refusal that should come, or None."""

    def answer(self, number: int, accept: bool) -> Refusal:
        """Accept or decline a request."""
        one = self.bookings[number]
        if not one.active or self.stale(number):
            return rules.Ended
        if one.status != "requested":
            return rules.NoRequest
        if accept:
            one.status, one.until, one.rev, self.changed = "confirmed", None, one.rev + 1, True
        else:
            self.end(number, "cancelled", "left")
        return None

    def close(self, number: int) -> Refusal:
        """Take a slot back."""
        slot = self.slots[number]
        while not slot.closed and self.taken(number):
            stale = [n for n, one in self.bookings.items() if one.slot == number and self.stale(n)]
            if not stale:
                return SlotInUse
            self.expire(stale)
        self.changed = self.changed or not slot.closed
        slot.closed = True
        return None

    def can_open(self, slot: Slot) -> bool:
        """Whether host and room are free then, and the host can come in time."""
        rooms = [
            one for one in self.slots.values() if not one.closed and slot.room is not None and one.room == slot.room
        ]
        if any(near(one, slot.start, slot.end) for one in rooms):
            return False
        if slot.host is None:
            return True
        clash = self.busy(slot.host, slot.start, slot.end)
        return not clash and not self.far(slot.host, slot.start, slot.end, slot.place)

    def block(self, person: int, start: datetime, end: datetime) -> Refusal:
        """Keep somebody's time for something else."""
        if self.busy(person, start, end):
            return rules.HostBusy
        self.changed = True
        self.blocks[max(self.blocks, default=0) + 1] = (person, start, end)
        return None

    def swap(self, one: int, other: int) -> Refusal:
        """Let two bookings change places."""
        mine, theirs = self.bookings[one], self.bookings[other]
        for n in (one, other):
            if not self.bookings[n].active or self.stale(n):
                return rules.Ended
        here, there = self.slots[mine.slot], self.slots[theirs.slot]
        if here.giver != there.giver:
            return Invalid
        if min(here.start, there.start) <= self.now:
            return rules.TooLate
        if mine.slot == theirs.slot:
            return None
        if not self._can_swap(one, other):
            stale = sorted({*self._around(mine.seeker, there), *self._around(theirs.seeker, here)})
            stale += [n for n, b in self.bookings.items() if b.slot == mine.slot and self.stale(n) and n not in stale]
            if not stale:
                return rules.SeekerBusy
            self.expire(stale)
            return self.swap(one, other)
        for n, slot in ((one, there), (other, here)):
            booking = self.bookings[n]
            booking.rev, booking.cancel_until = booking.rev + 1, slot.start - CANCEL
            booking.until = booking.until and min(booking.until, slot.start)
        mine.slot, theirs.slot, mine.host, theirs.host = theirs.slot, mine.slot, theirs.host, mine.host
        self.changed = True
        return None

    def _can_swap(self, one: int, other: int) -> bool:
        """Whether both can be at the other's, where a host who is a seeker herself must not meet twice either."""
        both = {("booking", one), ("booking", other)}
        people: list[tuple[int, Slot]] = []
        for n, m in ((one, other), (other, one)):
            mine, theirs = self.bookings[n], self.bookings[m]
            slot = self.slots[theirs.slot]
            if self.far(mine.seeker, slot.start, slot.end, slot.place, both):
                return False
            people += [(mine.seeker, slot), *([] if theirs.host is None else [(theirs.host, slot)])]
        if any(self.busy(person, slot.start, slot.end, both) for person, slot in people):
            return False
        return not any(
            a == b and near(x, y.start, y.end) for i, (a, x) in enumerate(people) for b, y in people[i + 1 :]
        )

    def _around(self, seeker: int, slot: Slot) -> list[int]:
        return [
            n
            for n, one in self.bookings.items()
            if self.stale(n)
            and seeker in (one.seeker, one.host)
            and near(self.slots[one.slot], slot.start, slot.end, FARTHEST)
        ]

    def of_host(self, host: int) -> list[Moving]:
        """Return the host's slots that have not begun, named ones first, then her bookings of open offers."""
        order = sorted(self.slots.items(), key=lambda one: (one[1].start, one[0]))
        coming = [(n, slot) for n, slot in order if not slot.closed and slot.start >= self.now]
        named = [Moving(n, replace(slot), (), False) for n, slot in coming if slot.host == host]
        apart = [
            Moving(n, replace(slot, host=host, team=(), capacity=1), (b,), True)
            for n, slot in coming
            for b, one in sorted(self.bookings.items())
            if one.active and one.slot == n and one.host == host and not self.stale(b)
        ]
        return [*named, *apart]

    def reassign(self, number: int, host: int, allowed: Sequence[int]) -> Refusal | list[Moving]:
        """Return the refusal, or what moves when a meeting is given to a colleague."""
        one = self.bookings[number]
        if not one.active or self.stale(number):
            return rules.Ended
        slot = self.slots[one.slot]
        if slot.giver != "booth" or host not in allowed:
            return None if slot.giver == "coach" and host == slot.host else Invalid
        if host == (one.host if slot.host is None else slot.host):
            return None
        alone = slot.host is None
        new = replace(slot, host=host, team=(), capacity=1 if alone else slot.capacity)
        return [Moving(one.slot, new, (number,) if alone else (), alone)]

    def rearrange(self, moving: Sequence[Moving]) -> Refusal:
        """Return why the plan cannot be carried out, having expired what is outdated; None: `carry_out` it."""
        slots = {one.old for one in moving}
        self.expire([n for n, one in self.bookings.items() if one.slot in slots and self.stale(n)])
        while True:
            if self._stands(moving):
                stale = [n for n in self.bookings if self.stale(n) and self._in_plan(n, moving)]
                if stale:
                    self.expire(stale)
                    continue
            if any(one.new.start <= self.now for one in moving):
                return Invalid
            return rules.InTheWay if self._stands(moving) else None

    def with_all(self, moving: Sequence[Moving]) -> list[Moving]:
        """Return the plan with the bookings that go along with whole slots."""

        def of_slot(n: int) -> tuple[int, ...]:
            return tuple(b for b, one in sorted(self.bookings.items()) if one.active and one.slot == n)

        return [one if one.alone else replace(one, bookings=of_slot(one.old)) for one in moving]

    def _people(self, moving: Sequence[Moving]) -> list[tuple[int, Slot]]:
        """Return who would be where: persons by id, rooms by their negative."""
        found: list[tuple[int, Slot]] = []
        for one in self.with_all(moving):
            if one.new.host is not None:
                found.append((one.new.host, one.new))
            if one.new.room is not None:
                found.append((-one.new.room, one.new))
            for b in one.bookings:
                chosen = self.bookings[b].host if one.new.host is None else None
                found += [(self.bookings[b].seeker, one.new), *([] if chosen is None else [(chosen, one.new)])]
        return found

    def _stands(self, moving: Sequence[Moving]) -> bool:
        """Whether somebody or a room could not be where the plan wants them."""
        plan = self.with_all(moving)
        gone = {("slot", one.old) for one in plan if not one.alone} | {
            ("booking", b) for one in plan for b in one.bookings
        }
        people = self._people(moving)
        for i, (who, slot) in enumerate(people):
            others = [other for j, (other_who, other) in enumerate(people) if other_who == who and j != i]
            if any(near(other, slot.start, slot.end) for other in others):
                return True
            if who < 0:
                rooms = [(n, x) for n, x in self.slots.items() if x.room == -who and not x.closed]
                if any(near(x, slot.start, slot.end) for n, x in rooms if ("slot", n) not in gone):
                    return True
                continue
            parts = [(x.start, x.end, x.place, ("", 0)) for x in others]
            if self.busy(who, slot.start, slot.end, gone) or self.far(who, slot.start, slot.end, slot.place, gone):
                return True
            if any(too_far(part, slot.start, slot.end, slot.place) for part in parts):
                return True
        return False

    def _in_plan(self, number: int, moving: Sequence[Moving]) -> bool:
        """Whether the booking holds time of somebody of the plan, around the plan's times, or a seat of its first slot."""
        one = self.bookings[number]
        if one.slot == moving[0].old:
            return True
        other = self.slots[one.slot]
        spans: dict[int, tuple[datetime, datetime]] = {}
        for who, slot in self._people(moving):
            start, end = spans.get(who, (slot.start, slot.end))
            spans[who] = min(start, slot.start), max(end, slot.end)
        return any(
            who in (one.seeker, one.host) and near(other, start, end, FARTHEST) for who, (start, end) in spans.items()
        )

    def carry_out(self, moving: Sequence[Moving], name: Callable[[int], int]) -> None:
        """Move everything; `name` gives the number of the new slot by its place in the plan."""
        freed = []
        for place, one in enumerate(self.with_all(moving)):
            number = name(place)
            step = one.new.start - self.slots[one.old].start
            self.slots[number] = replace(one.new)
            for b in one.bookings:
                self._along(self.bookings[b], number, one, step)
            if one.alone:
                freed.append(one.old)
            else:
                self.slots[one.old].closed = True
        self.changed = True
        for old in freed:
            self.free(old)

    def _along(self, booking: Booking, number: int, one: Moving, step: object) -> None:
        booking.slot, booking.rev = number, booking.rev + 1
        booking.host = booking.host if one.new.host is None else None
        booking.cancel_until += step  # type: ignore[operator]
        booking.until = booking.until and min(booking.until, one.new.start)
