"""The floor of a benchmark: a fair with slots, and as many seekers with a token each; one seeker for one slot."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from fairapp import clock, config, create_app, db
from fairapp.accounts.models import Account, Token
from fairapp.scheduling.actions import open_slots
from fairapp.scheduling.actions.slots import Offer
from fairapp.scheduling.models import Resource
from tests import factories

BOOTHS = 20
LENGTH = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Floor:
    """What a load needs: for each booking to be made the slot, the seeker, her resource and her token."""

    rows: list[tuple[int, int, int, str]]


def secret(n: int) -> str:
    """Return the n-th seeker's token."""
    return f"bench-{n:07d}"


def build(url: str, slots: int) -> Floor:
    """Fill a migrated, empty database with so many slots (a multiple of 20) and seekers."""
    settings = config.load({"DATABASE_URL": url, "FAIRAPP_ENV": "development", "SECRET_KEY": "x" * 16})
    app = create_app(settings)
    with app.app_context():
        database = db.of(app)
        made = database.write(_slots, slots)
        rows = database.write(_seekers, made)
        database.close()
    return Floor(rows)


def _slots(session: Any, count: int) -> list[int]:
    now = clock.now()
    start = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=3)
    per_booth = count // BOOTHS
    fair = factories.make_fair(
        session,
        announced_at=now - timedelta(days=2),
        booking_opens_at=now - timedelta(days=1),
        starts_at=now - timedelta(hours=1),
        ends_at=start + per_booth * LENGTH + timedelta(days=1),
        created_at=now,
    )
    slots: list[int] = []
    for _ in range(BOOTHS):
        booth = factories.make_booth(session, fair_id=fair.id, intent_confirmed_at=now, many_interviews=True)
        factories.make_listing(
            session, booth_id=booth.id, opens_at=now - timedelta(hours=1), closes_at=now + timedelta(days=9)
        )
        offer = Offer(fair.id, "interview", factories.make_seeker(session).id, booth_id=booth.id)
        times = [(start + n * LENGTH, start + (n + 1) * LENGTH) for n in range(per_booth)]
        slots += open_slots(session, offer, times, now).slots
    return slots


def _seekers(session: Any, slots: list[int]) -> list[tuple[int, int, int, str]]:
    now = clock.now()
    many = range(len(slots))
    people = [
        {"email": f"bench{n}@example.kr", "name": "정한별", "created_at": now, "confirmed_at": now, "language": "ko"}
        for n in many
    ]
    accounts = list(session.scalars(insert(Account).returning(Account.id, sort_by_parameter_order=True), people))
    found = insert(Resource).returning(Resource.id, sort_by_parameter_order=True)
    resources = list(session.scalars(found, [{"account_id": account} for account in accounts]))
    tokens = [
        {
            "account_id": account,
            "name": "bench",
            "secret_hash": hashlib.sha256(secret(n).encode()).hexdigest(),
            "created_at": now,
            "expires_at": now + timedelta(days=1),
        }
        for n, account in enumerate(accounts)
    ]
    session.execute(insert(Token), tokens)
    return [(slots[n], accounts[n], resources[n], secret(n)) for n in many]
