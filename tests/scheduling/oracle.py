"""What should happen, said a second time in plain dictionaries: who is where when, and who gets what is freed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fairapp.errors import AppError, Invalid, NotFound, Stale
from fairapp.scheduling import rules
from fairapp.scheduling.actions.slots import SlotInUse

HOLD, CANCEL = timedelta(minutes=5), timedelta(minutes=60)  # of the fair that the machine makes
HALF_HOUR, MARGIN = timedelta(minutes=30), timedelta(minutes=5)
FARTHEST = timedelta(hours=4)  # no way between two places takes longer


@dataclass
class Slot:
    """An offer of time."""

    giver: str  # "booth" or "coach"
    host: int
    room: int | None
    start: datetime
    end: datetime
    capacity: int
    closed: bool = False


@dataclass
class Booking:
    """Somebody's part in a slot."""

    slot: int
    seeker: int
    status: str
    until: datetime | None
    cancel_until: datetime
    rev: int = 1

    @property
    def active(self) -> bool:
        """Whether it takes a seat, outdated or not."""
        return self.status in ("held", "confirmed")


@dataclass
class Entry:
    """A wish to be offered what is freed."""

    giver: str
    seeker: int
    status: str = "waiting"
    offered: list[int] = field(default_factory=list)  # bookings, the last may be open


Refusal = type[AppError] | None


class Oracle:
    """The floor as it should be. Each step returns the refusal that should come, or None."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.slots: dict[int, Slot] = {}
        self.bookings: dict[int, Booking] = {}
        self.entries: dict[int, Entry] = {}
        self.changed = False  # whether the step has written anything, refused or not

    # What is so

    def taken(self, slot: int) -> int:
        """Return how many seats of the slot are taken."""
        return sum(one.active and one.slot == slot for one in self.bookings.values())

    def busy(self, person: int, start: datetime, end: datetime, but: int | None = None) -> bool:
        """Whether the person has to be somewhere at that time, other than at the booking `but`."""
        meetings = [
            self.slots[b.slot] for n, b in self.bookings.items() if b.active and b.seeker == person and n != but
        ]
        given = [one for one in self.slots.values() if one.host == person and not one.closed]
        return any(one.start < end and start < one.end for one in meetings + given)

    def has_one(self, seeker: int, giver: str) -> bool:
        """Whether the seeker has an interview at the booth already; of coaching one may have many."""
        mine = [one for one in self.bookings.values() if one.active and one.seeker == seeker]
        return giver == "booth" and any(self.slots[one.slot].giver == "booth" for one in mine)

    def stale(self, number: int) -> bool:
        """Whether the booking is a hold past its time."""
        one = self.bookings[number]
        return one.status == "held" and one.until is not None and one.until <= self.now

    # What happens

    def end(self, number: int, status: str, entry: str) -> None:
        """End a booking; the entry whose offer it was becomes `entry`, and the seat goes to who waits."""
        one = self.bookings[number]
        one.status, one.until, one.rev, self.changed = status, None, one.rev + 1, True
        for waits in self.entries.values():
            if waits.status == "offered" and waits.offered[-1] == number:
                waits.status = entry
        self.free(one.slot)

    def free(self, number: int) -> None:
        """Offer a freed seat to the first who can take it."""
        slot = self.slots[number]
        latest = slot.start - MARGIN
        if slot.closed or latest <= self.now + MARGIN or self.taken(number) >= slot.capacity:
            return
        for _, entry in sorted(self.entries.items()):
            waits = entry.status == "waiting" and entry.giver == slot.giver
            if (
                waits
                and not self.has_one(entry.seeker, slot.giver)
                and not self.busy(entry.seeker, slot.start, slot.end)
            ):
                entry.status = "offered"
                entry.offered.append(self._seat(number, entry.seeker, min(self.now + HALF_HOUR, latest)))
                return

    def _seat(self, number: int, seeker: int, until: datetime | None) -> int:
        made = max(self.bookings, default=0) + 1
        start = self.slots[number].start
        self.bookings[made] = Booking(number, seeker, "held" if until else "confirmed", until, start - CANCEL)
        self.changed = True
        return made

    def expire(self, numbers: list[int]) -> None:
        """End holds past their time, in order."""
        for number in sorted(numbers):
            if self.stale(number):
                self.end(number, "expired", "lapsed")

    def _in_the_way(self, number: int, seeker: int | None, giver: str | None) -> list[int]:
        """Return outdated holds of the slot, of the seeker around that time, and of the seeker at that booth."""
        slot = self.slots[number]

        def hinders(one: Booking) -> bool:
            other = self.slots[one.slot]
            mine = one.seeker == seeker
            nears = mine and other.start < slot.end + FARTHEST and slot.start < other.end + FARTHEST
            return one.slot == number or nears or (mine and giver == other.giver == "booth")

        return [n for n, one in self.bookings.items() if self.stale(n) and hinders(one)]

    # Steps

    def book(self, number: int, seeker: int, hold: bool) -> Refusal:
        """Book or hold."""
        slot = self.slots[number]
        if slot.closed or slot.start <= self.now:
            return rules.NotOpen
        while refusal := self._why_not(number, seeker):
            stale = self._in_the_way(number, seeker, slot.giver)
            if not stale:
                return refusal
            self.expire(stale)
        self._seat(number, seeker, min(self.now + HOLD, slot.start) if hold else None)
        return None

    def _why_not(self, number: int, seeker: int) -> Refusal:
        slot = self.slots[number]
        if self.has_one(seeker, slot.giver):
            return rules.AlreadyBooked
        if self.taken(number) >= slot.capacity:
            return rules.SlotTaken
        return rules.SeekerBusy if self.busy(seeker, slot.start, slot.end) else None

    def confirm(self, number: int, rev: int) -> Refusal:
        """Confirm a hold."""
        one = self.bookings[number]
        if one.status == "expired" or self.stale(number):
            return rules.HoldExpired
        if one.rev != rev:
            return Stale
        if one.status != "held":
            return rules.AlreadyConfirmed if one.status == "confirmed" else rules.Ended
        one.status, one.until, one.rev, self.changed = "confirmed", None, one.rev + 1, True
        for entry in self.entries.values():
            if entry.status == "offered" and entry.offered[-1] == number:
                entry.status = "accepted"
        return None

    def cancel(self, number: int) -> Refusal:
        """Cancel, by the seeker."""
        one = self.bookings[number]
        if not one.active or self.stale(number):
            return rules.Ended
        if one.status != "held" and self.now > one.cancel_until:
            return rules.TooLate
        self.end(number, "cancelled", "left")
        return None

    def move(self, number: int, to: int) -> Refusal:
        """Move to another slot, by the seeker."""
        while True:
            one, slot = self.bookings[number], self.slots[to]
            if not one.active or self.stale(number):
                return rules.Ended
            if self.now > one.cancel_until:
                return rules.TooLate
            if slot.giver != self.slots[one.slot].giver:
                return Invalid
            if one.slot == to:
                return None
            if slot.closed or slot.start <= self.now:
                return rules.NotOpen
            full = self.taken(to) >= slot.capacity
            if not full and not self.busy(one.seeker, slot.start, slot.end, but=number):
                break
            stale = self._in_the_way(to, one.seeker, None)
            if not stale:
                return rules.SlotTaken if full else rules.SeekerBusy
            self.expire(stale)
        old, one.slot, one.rev, one.cancel_until = one.slot, to, one.rev + 1, slot.start - CANCEL
        one.until, self.changed = one.until and min(one.until, slot.start), True
        self.free(old)
        return None

    def join(self, seeker: int, giver: str) -> int:
        """Wait; return the entry, an old one if it still lives."""
        for number, entry in self.entries.items():
            if (entry.giver, entry.seeker) == (giver, seeker) and entry.status in ("waiting", "offered"):
                return number
        self.entries[max(self.entries, default=0) + 1] = Entry(giver, seeker)
        self.changed = True
        return max(self.entries)

    def leave(self, number: int) -> Refusal:
        """Stop waiting."""
        entry = self.entries[number]
        if entry.status not in ("waiting", "offered"):
            return NotFound
        was, entry.status, self.changed = entry.status, "left", True
        if was == "offered":
            self.end(entry.offered[-1], "cancelled", "left")
        return None

    def accept(self, number: int) -> Refusal:
        """Take what is offered for the entry."""
        entry = self.entries[number]
        one = self.bookings[entry.offered[-1]]
        if entry.status == "accepted":  # again: nothing more happens
            return None if one.status == "confirmed" else rules.Ended
        return self.confirm(entry.offered[-1], one.rev) if entry.status == "offered" else rules.HoldExpired

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

    def can_open(self, host: int, room: int | None, start: datetime, end: datetime) -> bool:
        """Whether host and room are free then."""
        given = [one for one in self.slots.values() if not one.closed and one.start < end and start < one.end]
        return not self.busy(host, start, end) and all(room is None or one.room != room for one in given)
