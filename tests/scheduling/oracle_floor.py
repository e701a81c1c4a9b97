"""The floor of the oracle, in plain dictionaries: who is where when, who could be, and who gets what is freed."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fairapp.errors import AppError
from fairapp.scheduling import rules

CANCEL = timedelta(minutes=60)  # of the fair that the machine makes
HALF_HOUR, MARGIN = timedelta(minutes=30), timedelta(minutes=5)
CALL = timedelta(minutes=3)  # who is called has so long to come
WAY = timedelta(minutes=20)  # between its hall and a screen
FARTHEST = timedelta(hours=4)  # no way between two places takes longer
Part = tuple[datetime, datetime, str, tuple[str, int]]  # from, to, place, which meeting


@dataclass
class Slot:
    """An offer of time. Its host may be any of a team; who is named or chosen gives the meeting."""

    giver: str  # "booth" or "coach"
    host: int | None
    room: int | None
    start: datetime
    end: datetime
    capacity: int
    team: tuple[int, ...] = ()
    asks: bool = False  # whether it takes requests
    closed: bool = False
    for_line: bool = False  # kept for who walks in

    @property
    def place(self) -> str:
        """Where it is: in the hall, where the only room is, or at a screen."""
        return "screen" if self.room is None else "hall"


@dataclass
class Booking:
    """Somebody's part in a slot."""

    slot: int
    seeker: int
    status: str
    until: datetime | None
    cancel_until: datetime
    host: int | None = None  # chosen
    rev: int = 1

    @property
    def active(self) -> bool:
        """Whether it takes a seat, outdated or not."""
        return self.status in ("requested", "held", "confirmed")


@dataclass
class Entry:
    """A wish to be offered what is freed."""

    giver: str
    seeker: int
    status: str = "waiting"
    offered: list[int] = field(default_factory=list)  # bookings, the last may be open


@dataclass
class Place:
    """Somebody's place in the walk-in line of the booth."""

    seeker: int
    status: str = "waiting"
    booking: int | None = None  # that the last call made

    @property
    def lives(self) -> bool:
        """Whether she is in the line, called or passed over or not."""
        return self.status in ("waiting", "called", "meeting", "skipped")


Refusal = type[AppError] | None


class Floor:
    """The floor as it should be, and what follows from it."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.slots: dict[int, Slot] = {}
        self.bookings: dict[int, Booking] = {}
        self.entries: dict[int, Entry] = {}
        self.line: dict[int, Place] = {}
        self.line_open = True
        self.blocks: dict[int, tuple[int, datetime, datetime] | None] = {}
        self.changed = False  # whether the step has written anything, refused or not

    def taken(self, slot: int) -> int:
        """Return how many seats of the slot are taken."""
        return sum(one.active and one.slot == slot for one in self.bookings.values())

    def parts(self, person: int, but: Collection[tuple[str, int]] = ()) -> Iterator[Part]:
        """Return where the person has to be: at what she booked, gives or blocked."""
        for n, one in self.bookings.items():
            slot = self.slots[one.slot]
            if one.active and person in (one.seeker, one.host) and ("booking", n) not in but:
                yield slot.start, slot.end, slot.place, ("booking", n)
        for n, slot in self.slots.items():
            if slot.host == person and not slot.closed and ("slot", n) not in but:
                yield slot.start, slot.end, slot.place, ("slot", n)
        for n, block in self.blocks.items():
            if block is not None and block[0] == person:
                yield block[1], block[2], "", ("block", n)

    def busy(self, person: int, start: datetime, end: datetime, but: Collection[tuple[str, int]] = ()) -> bool:
        """Whether the person has to be somewhere at that time."""
        return any(a < end and start < b for a, b, _, _ in self.parts(person, but))

    def far(
        self, person: int, start: datetime, end: datetime, place: str, but: Collection[tuple[str, int]] = ()
    ) -> bool:
        """Whether the person could not come in time from another place, or go on to one."""
        return any(too_far(part, start, end, place) for part in self.parts(person, but))

    def has_one(self, seeker: int, giver: str) -> bool:
        """Whether the seeker has an interview at the booth already; of coaching one may have many."""
        mine = [one for one in self.bookings.values() if one.active and one.seeker == seeker]
        return giver == "booth" and any(self.slots[one.slot].giver == "booth" for one in mine)

    def stale(self, number: int) -> bool:
        """Whether the booking is a hold or a request past its time."""
        one = self.bookings[number]
        return one.status in ("held", "requested") and one.until is not None and one.until <= self.now

    def chosen(self, slot: Slot, seeker: int, but: Collection[tuple[str, int]] = ()) -> int | None:
        """Return who of the team can come and has the fewest meetings; None where nobody but the seeker can."""

        def load(host: int) -> int:
            given = [one for one in self.bookings.values() if one.active]
            return sum(host in (one.host, self.slots[one.slot].host) for one in given)

        def can(host: int) -> bool:
            clash = self.busy(host, slot.start, slot.end, but)
            return not clash and not self.far(host, slot.start, slot.end, slot.place, but)

        able = [host for host in slot.team if host != seeker and can(host)]
        return min(able, key=lambda host: (load(host), host), default=None)

    # What happens of itself

    def end(self, number: int, status: str, entry: str, place: str = "skipped") -> None:
        """End a booking, and give the seat to who waits.

        The entry whose offer it was becomes `entry`, and who was called for it from the line `place`.
        """
        one = self.bookings[number]
        one.status, one.until, one.rev, self.changed = status, None, one.rev + 1, True
        for waits in self.entries.values():
            if waits.status == "offered" and waits.offered[-1] == number:
                waits.status = entry
        for called in self.line.values():
            if called.status in ("called", "meeting") and called.booking == number:
                called.status = place
        self.free(one.slot)

    def free(self, number: int) -> None:
        """Offer a freed seat to the first who can take it, or call her when it is too late to offer."""
        slot = self.slots[number]
        if slot.for_line and slot.start <= self.now:
            slot.closed = True  # it was there for one person
        elif slot.closed or self.taken(number) >= slot.capacity:
            return
        elif slot.start - MARGIN > self.now + MARGIN:
            self.offer(number)
        elif slot.start > self.now and slot.giver == "booth" and self.line_open:
            able = (place for place in self.waiting() if self.why_not(number, place.seeker) is None)
            if place := next(able, None):
                self.call_into(number, place)

    def offer(self, number: int) -> bool:
        """Offer a seat to the first who waits for it and can take it."""
        slot = self.slots[number]
        latest = slot.start - MARGIN
        if latest <= self.now + MARGIN or slot.for_line or self.taken(number) >= slot.capacity:
            return False
        for _, entry in sorted(self.entries.items()):
            waits = entry.status == "waiting" and entry.giver == slot.giver
            if waits and self.why_not(number, entry.seeker) is None:
                entry.status = "offered"
                entry.offered.append(self.seat(number, entry.seeker, "held", min(self.now + HALF_HOUR, latest)))
                return True
        return False

    def waiting(self) -> list[Place]:
        """Return who waits in the line, first come first."""
        return [place for _, place in sorted(self.line.items()) if place.status == "waiting"]

    def call_into(self, number: int, place: Place) -> None:
        """Hold a seat for somebody of the line, as long as a call lasts."""
        place.status, place.booking = "called", self.seat(number, place.seeker, "held", self.now + CALL)

    def seat(self, number: int, seeker: int, status: str, until: datetime | None) -> int:
        """Make a booking."""
        made, slot = max(self.bookings, default=0) + 1, self.slots[number]
        host = self.chosen(slot, seeker) if slot.host is None else None
        self.bookings[made] = Booking(number, seeker, status, until, slot.start - CANCEL, host)
        self.changed = True
        return made

    def expire(self, numbers: Iterable[int]) -> None:
        """End holds past their time, in order."""
        for number in sorted(numbers):
            if self.stale(number):
                self.end(number, "expired", "lapsed")

    def why_not(self, number: int, seeker: int, but: Collection[tuple[str, int]] = ()) -> Refusal:
        """Return what stands in the way of a seat of the slot for the seeker."""
        slot = self.slots[number]
        if self.far(seeker, slot.start, slot.end, slot.place, but):
            return rules.SeekerBusy
        if slot.host is None and self.chosen(slot, seeker, but) is None:
            return rules.HostBusy
        if not but and self.has_one(seeker, slot.giver):
            return rules.AlreadyBooked
        if self.taken(number) >= slot.capacity:
            return rules.SlotTaken
        return rules.SeekerBusy if self.busy(seeker, slot.start, slot.end, but) else None

    def in_the_way(self, number: int, seeker: int, giver: str | None) -> list[int]:
        """Return outdated holds of the slot, of the seeker around that time or at that booth, and of who could meet."""
        slot = self.slots[number]

        def hinders(one: Booking) -> bool:
            other = self.slots[one.slot]
            mine = one.seeker == seeker
            nears = near(other, slot.start, slot.end, FARTHEST)
            team = slot.host is None and {one.seeker, one.host} & set(slot.team)
            given = near(other, slot.start, slot.end) and bool(team)
            around = nears and seeker in (one.seeker, one.host)
            return one.slot == number or around or given or (mine and giver == other.giver == "booth")

        return [n for n, one in self.bookings.items() if self.stale(n) and hinders(one)]


def near(slot: Slot, start: datetime, end: datetime, within: timedelta = timedelta(0)) -> bool:
    """Whether the slot lies within so much of a time."""
    return slot.start < end + within and start - within < slot.end


def too_far(part: Part, start: datetime, end: datetime, place: str) -> bool:
    """Whether somebody who is at the one could not come to the other in time, or go on.

    A block is at no place, and what lies at the same time stands in the way itself, not as a way.
    """
    if part[2] in ("", place) or (part[0] < end and start < part[1]):
        return False
    return start - part[1] < WAY if part[1] <= start else part[0] - end < WAY
