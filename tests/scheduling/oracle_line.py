"""What should happen at the walk-in line of the booth: who joins, who is called to whom, who comes and who does not."""

from datetime import timedelta

from fairapp.scheduling import rules
from tests.scheduling.oracle_floor import FARTHEST, MARGIN, Booking, Place, Refusal, Slot, near
from tests.scheduling.oracle_staff import StaffOracle

MEETING = timedelta(minutes=15)  # of somebody who walked in
GRAIN = timedelta(minutes=5)
NEW = -1  # a slot that a call opens, until the database has given it a number


class LineOracle(StaffOracle):
    """The steps at the line. Each returns the refusal that should come, or None."""

    def queue(self, seeker: int) -> Refusal:
        """Go to the end of the line; who is in it keeps her place."""
        if not self.line_open:
            return rules.LineClosed
        self.changed = True
        if not any(place.lives and place.seeker == seeker for place in self.line.values()):
            self.line[max(self.line, default=0) + 1] = Place(seeker)
        return None

    def call(self, host: int, room: int | None, only: int | None = None) -> Refusal:
        """Call the first who can come to the host, or only one; a slot that is opened for it is `NEW`."""
        if not self.line_open:
            return rules.LineClosed
        while True:
            number = self._kept(host)
            slot = NEW if number is None else number
            refusal = self._open_now(host, room) if number is None else None
            if refusal is None:
                asked = [place for place in self.waiting() if only is None or place is self.line[only]]
                refusal = self._call_one_of(asked, slot)
                if refusal is None:
                    self.slots[slot].for_line = True
                    return None
                if number is None:
                    del self.slots[NEW]
            if refusal is not Again:
                return refusal

    def _call_one_of(self, asked: list[Place], slot: int) -> Refusal:
        """Call the first who can come; Again where something outdated stood in somebody's way, and is gone now."""
        for place in asked:
            if self.why_not(slot, place.seeker) is None:
                self.call_into(slot, place)
                return None
            stale = self.in_the_way(slot, place.seeker, "booth")
            if stale:
                if slot == NEW:  # nobody else sees the slot before somebody is called to it
                    new = self.slots.pop(NEW)
                    self.expire(stale)
                    self.slots[NEW] = new
                else:
                    self.expire(stale)
                return Again
        return rules.NobodyWaits

    def _kept(self, host: int) -> int | None:
        """Return a slot of the host alone that is now, or in five minutes, and which nobody has."""

        def fits(number: int, slot: Slot) -> bool:
            hers = slot.host == host and slot.giver == "booth" and not slot.closed and not slot.team
            return hers and slot.start <= self.now + MARGIN and slot.end > self.now and not self.taken(number)

        found = [(slot.start, number) for number, slot in self.slots.items() if fits(number, slot)]
        return min(found)[1] if found else None

    def _open_now(self, host: int, room: int | None) -> Refusal:
        """Open a slot of the host that begins in the five minutes of now, or in the next."""
        this = self.now - timedelta(seconds=self.now.timestamp() % GRAIN.seconds)
        for start in (this, this + GRAIN):
            slot = Slot("booth", host, room, start, start + MEETING, 1)
            if self.can_open(slot):
                self.slots[NEW] = slot
                return None
            stale = [n for n, one in self.bookings.items() if self.stale(n) and self._holds(one, slot)]
            if stale:
                self.expire(stale)
                return Again
        return rules.HostBusy

    def _holds(self, one: Booking, slot: Slot) -> bool:
        """Whether the booking keeps the time of the slot's host, or is too near to it to come in time."""
        return slot.host in (one.seeker, one.host) and near(self.slots[one.slot], slot.start, slot.end, FARTHEST)

    def start(self, number: int) -> Refusal:
        """Note that who was called has come."""
        place = self.line[number]
        if place.status != "called" or place.booking is None:
            return rules.NotCalled
        one = self.bookings[place.booking]
        if not one.active or self.stale(place.booking):
            return rules.HoldExpired
        if one.status == "held":
            one.status, one.until, one.rev = "confirmed", None, one.rev + 1
        place.status, self.changed = "meeting", True
        return None

    def finish(self, number: int) -> Refusal:
        """Note that the meeting is over: what is left of a meeting of two is free."""
        place = self.line[number]
        if place.status != "meeting" or place.booking is None:
            return rules.NotCalled
        slot = self.slots[self.bookings[place.booking].slot]
        end = self.now - timedelta(seconds=self.now.timestamp() % GRAIN.seconds) + GRAIN
        if slot.capacity == 1 and slot.start < end < slot.end:
            slot.end = end
        place.status, self.changed = "met", True
        return None

    def skip(self, number: int) -> Refusal:
        """Note that who was called did not come."""
        place = self.line[number]
        if place.status != "called" or place.booking is None:
            return rules.NotCalled
        self.end(place.booking, "cancelled", "left")
        return None

    def back(self, number: int) -> Refusal:
        """Return to one's place, having been passed over."""
        place = self.line[number]
        if place.status != "skipped":
            return rules.NotCalled
        if not self.line_open:
            return rules.LineClosed
        place.status, place.booking, self.changed = "waiting", None, True
        return None

    def go(self, number: int) -> Refusal:
        """Leave the line."""
        place = self.line[number]
        if place.status not in ("waiting", "called", "skipped"):
            return rules.NotCalled
        was, self.changed = place.status, True
        if was == "called" and place.booking is not None:
            self.end(place.booking, "cancelled", "left", place="left")
        else:
            place.status = "left"
        return None

    def close_line(self) -> Refusal:
        """Send everybody in the line to the waitlist, and offer them what is left."""
        if not self.line_open:
            return rules.LineClosed
        self.line_open, self.changed = False, True
        people = [place for _, place in sorted(self.line.items()) if place.lives and place.status != "meeting"]
        for place in people:
            if place.status == "called" and place.booking is not None:
                self.end(place.booking, "cancelled", "left")
            place.status = "closed"
        for place in people:
            self.join(place.seeker, "booth")
        free = [(slot.start, n) for n, slot in self.slots.items() if slot.giver == "booth" and not slot.closed]
        for start, number in sorted(free if people else []):
            while start >= self.now and self.offer(number):
                pass
        return None


class Again(rules.NobodyWaits):
    """Something outdated was in the way: look once more."""
