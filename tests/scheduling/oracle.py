"""What should happen when seekers act, said a second time in plain words: the refusal that should come, or None."""

from datetime import timedelta

from fairapp.errors import Invalid, NotFound, Stale
from fairapp.scheduling import rules
from tests.scheduling.oracle_floor import CANCEL, Entry, Floor, Refusal

HOLD = timedelta(minutes=5)  # of the fair that the machine makes
REQUEST = timedelta(minutes=30)  # how long its booth lets a request keep a time


class Oracle(Floor):
    """The steps of seekers. Each returns the refusal that should come, or None."""

    def book(self, number: int, seeker: int, status: str) -> Refusal:
        """Book, hold or request, which `status` says."""
        slot = self.slots[number]
        if slot.closed or slot.for_line or slot.start <= self.now or (status == "requested" and not slot.asks):
            return rules.NotOpen
        while refusal := self.why_not(number, seeker):
            stale = self.in_the_way(number, seeker, slot.giver)
            if not stale:
                return refusal
            self.expire(stale)
        lasts = {"confirmed": None, "held": HOLD, "requested": REQUEST}[status]
        self.seat(number, seeker, status, lasts and min(self.now + lasts, slot.start))
        return None

    def confirm(self, number: int, rev: int) -> Refusal:
        """Confirm a hold."""
        one = self.bookings[number]
        if one.status == "expired" or (one.status == "held" and self.stale(number)):
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
        if one.status == "confirmed" and self.now > one.cancel_until:
            return rules.TooLate
        self.end(number, "cancelled", "left", place="left")
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
            asks = slot.asks or one.status != "requested"
            if slot.closed or slot.for_line or slot.start <= self.now or not asks:
                return rules.NotOpen
            refusal = self.why_not(to, one.seeker, {("booking", number)})
            if refusal is None:
                break
            stale = self.in_the_way(to, one.seeker, None)
            if not stale:
                return refusal
            self.expire(stale)
        host = self.chosen(slot, one.seeker, {("booking", number)}) if slot.host is None else None
        old, one.slot, one.rev, one.cancel_until, one.host = one.slot, to, one.rev + 1, slot.start - CANCEL, host
        one.until, self.changed = one.until and min(one.until, slot.start), True
        self.free(old)
        return None

    def join(self, seeker: int, giver: str) -> int:
        """Wait; return the entry, an old one if it still lives."""
        self.changed = True
        for number, entry in self.entries.items():
            if (entry.giver, entry.seeker) == (giver, seeker) and entry.status in ("waiting", "offered"):
                return number
        self.entries[max(self.entries, default=0) + 1] = Entry(giver, seeker)
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
