"""What is known of a slot for one seeker, what she asks for, and what differs between kinds of meeting."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from fairapp.scheduling.rules.times import grains


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """A slot with all that deciding about it needs, for one seeker."""

    id: int
    fair_id: int
    kind: str
    booth_id: int | None
    coach_id: int | None
    employer_id: int | None
    agency_id: int | None
    hosting: str  # one, panel, any
    host_id: int | None  # None: one of several is chosen at booking
    host_name: str  # empty then
    room_id: int | None
    room_name: str | None
    pool_site_id: int | None  # one of its rooms is taken at booking
    site_id: int | None  # of the room or the pool; None: on a screen
    site_name: str | None
    site_reach: int  # minutes to come there from another place
    starts_at: datetime
    ends_at: datetime
    busy_from: datetime  # the hosts' time, with the buffers
    busy_until: datetime
    capacity: int
    topic: str
    opens_at: datetime | None
    for_line: bool
    request_minutes: int
    requests_only: bool
    closed_at: datetime | None
    fair_bookable: bool
    fair_ends_at: datetime
    zone: str
    giver_open: bool  # the booth's employer is actively hiring; a coach always is
    many_interviews: bool
    cancel_minutes: int
    change_minutes: int
    book_minutes: int
    ahead_days: int | None
    hold_minutes: int
    quota: int | None
    quota_relaxes_minutes: int
    in_row: int | None  # limits of the host
    per_day: int | None
    per_fair: int | None
    fair_agency_id: int
    absence_limit: int | None  # of the fair's agency: who missed so many in so many days books one at a time
    absence_days: int
    seeker_resource: int | None

    @property
    def grains(self) -> range:
        """The grains of the slot's time."""
        return grains(self.starts_at, self.ends_at)

    @property
    def busy_grains(self) -> range:
        """The grains of its hosts' time."""
        return grains(self.busy_from, self.busy_until)

    @property
    def is_open_offer(self) -> bool:
        """Whether host or room are chosen at booking."""
        return self.hosting == "any" or self.pool_site_id is not None

    @property
    def counts_seeker(self) -> bool:
        """Whether the number of its seeker's interviews decides."""
        return self.kind == "interview" and not (self.quota is None and self.absence_limit is None)

    @property
    def counts_host(self) -> bool:
        """Whether the number of its host's meetings decides."""
        return not (self.in_row is None and self.per_day is None and self.per_fair is None)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a seeker says when booking, or staff for her.

    `override` is the reason for which staff (`by`) book past the rules of the fair and the booth; claims, seats and the
    gate hold for them all the same. `host_id` names the host that the seeker picks where any of several may meet.
    """

    listing_id: int | None = None
    hold: bool = False
    request: bool = False
    note: str = ""
    consent: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    host_id: int | None = None
    before_id: int | None = None
    unasked: bool = False  # offered or called: nobody had the listing's questions before her
    drawn: bool = False  # won in a draw, before the slot opens to everybody
    override: str = ""
    by: int | None = None


BOOKED = _l("예약했어요. 메일로도 알려 드렸어요")
ASKED = _l("신청했어요. 답이 오면 메일과 화면으로 바로 알려 드려요")


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking just made, with all that its answer shows: nothing has to be read again."""

    id: int
    fair_id: int
    seeker_id: int
    listing_id: int | None
    status: str
    rev: int
    time_rev: int
    note: str
    ics_uid: str
    cancel_until: datetime
    change_until: datetime
    host_id: int | None  # chosen for it
    room_id: int | None
    answers: Mapping[str, str]
    before_id: int | None
    coming_at: datetime | None
    hold_expires_at: datetime | None
    created_at: datetime
    slot: SlotFacts
    seats_left: int

    @property
    def said(self) -> LazyString:
        """What the seeker is told at once."""
        return ASKED if self.status == "requested" else BOOKED


def booked(booking_id: int, slot: SlotFacts, row: Mapping[str, Any], seats_left: int) -> Booked:
    """Return a booking just made from the row that was inserted for it."""
    kept = {name: row[name] for name in Booked.__slots__ if name not in ("id", "slot", "seats_left")}
    return Booked(id=booking_id, slot=slot, seats_left=seats_left, **kept)


@dataclass(frozen=True, slots=True)
class Kind:
    """What differs between kinds of meeting; interviews/ and coaching/ each make one."""

    check: Callable[[Session, SlotFacts, int, Wish, datetime], None]  # who may book: raises the refusal
    exclusive_key: Callable[[SlotFacts, int], str | None]  # what a seeker may have only one of
    # What is kept beside bookings just made, each a slot, a seeker and her wish.
    booked: Callable[[Session, Sequence[tuple[SlotFacts, int, Wish]], datetime], None]


kinds: dict[str, Kind] = {}  # by slot.kind; filled in wiring.py
