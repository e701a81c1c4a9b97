"""The hall of the race: slots that overlap in time, few enough for many people to want the same ones."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from fairapp import db
from fairapp.accounts.models import Token, secret_hash
from fairapp.scheduling import actions
from fairapp.scheduling.actions.slots import Offer
from tests import factories

SLOTS = 20


@dataclass(frozen=True)
class Hall:
    """What a crowd needs to know, as plain data that can be handed to another process."""

    fair: int
    booths: list[int]
    slots: list[int]
    tokens: list[str] = field(default_factory=list)  # one a seeker; two of them are hosts as well

    def to_json(self) -> str:
        """Return it as text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Hall":
        """Return what to_json wrote."""
        return cls(**json.loads(text))


def build_hall(database: db.Database, now: datetime, seekers: int = 40) -> Hall:
    """Build it: twenty slots of five hosts in two rooms, between three and five hours after `now`."""
    return database.write(_build, now, seekers)


def _build(session: Session, now: datetime, seekers: int) -> Hall:
    day = timedelta(days=1)
    times = {"announced_at": now - 9 * day, "booking_opens_at": now - 5 * day, "created_at": now - 9 * day}
    fair = factories.make_fair(session, **times, starts_at=now - day, ends_at=now + 2 * day)
    booths = [make_booth(session, fair.id, now, many) for many in (False, False, True)]
    rooms = [factories.make_room(session).id for _ in range(2)]
    for room in rooms:
        actions.make_room(session, room)
    hosts = [factories.make_seeker(session, created_at=now).id for _ in range(5)]
    coach = factories.make_coach(session, fair.id, account_id=hosts[4])
    slots: list[int] = []
    for n, (booth, room, capacity) in enumerate([(0, rooms[0], 1), (0, None, 1), (1, rooms[1], 2), (2, None, 1)]):
        offer = Offer(fair.id, "interview", hosts[n], booth_id=booths[booth], room_id=room, capacity=capacity)
        slots += _open(session, offer, now + timedelta(hours=3, minutes=5 * n), 20, now)
    coaching = Offer(fair.id, "coaching", hosts[4], coach_id=coach.id, agency_id=coach.agency_id, topic="career")
    slots += _open(session, coaching, now + timedelta(hours=3, minutes=10), 30, now)
    assert len(slots) == SLOTS
    people = [*hosts[:2], *(factories.make_seeker(session, created_at=now).id for _ in range(seekers - 2))]
    return Hall(fair.id, booths, slots, [make_token(session, who, now) for who in people])


def build_many(database: db.Database, now: datetime, number: int) -> Hall:
    """Build as many slots, of hosts of their own, as there are seekers, so that everybody can have one."""
    return database.write(_build_many, now, number)


def _build_many(session: Session, now: datetime, number: int) -> Hall:
    day = timedelta(days=1)
    times = {"announced_at": now - 9 * day, "booking_opens_at": now - 5 * day, "created_at": now - 9 * day}
    fair = factories.make_fair(session, **times, starts_at=now - day, ends_at=now + 2 * day)
    booth = make_booth(session, fair.id, now, many=False)
    slots: list[int] = []
    while len(slots) < number:
        host = factories.make_seeker(session, created_at=now).id
        slots += _open(session, Offer(fair.id, "interview", host, booth_id=booth), now + timedelta(hours=3), 20, now)
    people = [factories.make_seeker(session, created_at=now).id for _ in range(number)]
    return Hall(fair.id, [booth], slots[:number], [make_token(session, who, now) for who in people])


def make_booth(session: Session, fair_id: int, now: datetime, many: bool) -> int:
    """Make a booth that is hiring."""
    employer = factories.make_employer(session, verified_at=now - timedelta(days=3))
    fresh = {"applied_at": now, "decided_at": now, "intent_confirmed_at": now, "many_interviews": many}
    booth = factories.make_booth(session, fair_id=fair_id, employer_id=employer.id, **fresh)
    times = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=2), "created_at": now}
    factories.make_listing(session, booth_id=booth.id, headcount=50, **times)
    return int(booth.id)


def _open(session: Session, offer: Offer, start: datetime, minutes: int, now: datetime) -> Sequence[int]:
    begin, length = start.replace(minute=start.minute // 5 * 5, second=0, microsecond=0), timedelta(minutes=minutes)
    cut: list[Any] = [(begin + n * length, begin + (n + 1) * length) for n in range(SLOTS // 5)]
    return actions.open_slots(session, offer, cut, now).slots


def make_token(session: Session, account_id: int, now: datetime) -> str:
    """Make a token of the person and return its secret."""
    secret = f"token of {account_id} in the hall"
    session.add(
        Token(
            account_id=account_id,
            name="race",
            secret_hash=secret_hash(secret),
            created_at=now,
            expires_at=now + timedelta(days=30),
        )
    )
    session.flush()
    return secret
