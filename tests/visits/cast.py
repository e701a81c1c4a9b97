"""A programme of visiting centres: three sites in Seoul with rooms, two coaches, an organizer, seekers; NOW is a Tuesday."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import audit, clock, db
from fairapp.accounts.guards import secret_hash
from fairapp.accounts.models import Token
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling.rules import Wish
from fairapp.visits import actions
from fairapp.visits.actions import Plan, Stop
from fairapp.visits.rules import Day, Hours
from tests import factories
from tests.factories import NOW

ZONE = "Asia/Seoul"
TODAY = clock.local(NOW, ZONE).date()
# Where they lie: about 2.9 km, 8.3 km and 9.6 km apart.
POINTS = {"campus": (37.5665, 126.9780), "cafe": (37.5560, 127.0080), "district": (37.5172, 126.9030)}


def at(hour: int, minute: int = 0, day: date = TODAY) -> datetime:
    """Return the moment at which clocks in Seoul show this time of the day."""
    return clock.from_local(datetime.combine(day, time(hour, minute)), ZONE)


class Cast:
    """Ids of everybody, and what they do."""

    def __init__(self, app: Flask) -> None:
        self.app, self.database = app, db.of(app)
        self.database.write(self._build)

    def _build(self, session: Session) -> None:
        fair = factories.make_fair(
            session,
            slug="visiting",
            name="찾아가는 일자리센터",
            name_en="Visiting job centre",
            booking_opens_at=NOW - timedelta(days=300),
            starts_at=NOW - timedelta(days=300),
            ends_at=NOW + timedelta(days=90),
            announced_at=NOW - timedelta(days=310),
            cancel_minutes=0,
        )
        self.fair, self.slug, self.agency = fair.id, fair.slug, fair.agency_id
        self.sites: dict[str, int] = {}
        for kind, (north, east) in POINTS.items():
            place = {"latitude": north, "longitude": east, "region": "11140"}
            site = factories.make_site(session, fair_id=fair.id, kind=kind, name=f"{kind} 센터", **place)
            self.sites[kind] = site.id
            for name in ("1번", "2번"):
                scheduling.make_room(session, factories.make_room(session, site_id=site.id, name=name).id)
        self.organizer, self.other, self.seeker, self.friend = (
            self._person(session, name) for name in ("organizer", "other", "seeker", "friend")
        )
        factories.make_membership(session, account_id=self.organizer, role="organizer", agency_id=fair.agency_id)
        stranger = factories.make_agency(session)
        factories.make_membership(session, account_id=self.other, role="organizer", agency_id=stranger.id)
        self.coach_accounts = [self._person(session, name) for name in ("coach", "second")]
        self.coaches = [
            factories.make_coach(session, fair.id, account_id=one, agency_id=fair.agency_id).id
            for one in self.coach_accounts
        ]

    def _person(self, session: Session, name: str) -> int:
        one: int = factories.make_seeker(session, name=name).id
        told = {"name": name, "created_at": NOW, "expires_at": NOW + timedelta(days=900)}
        session.add(Token(account_id=one, secret_hash=secret_hash(name), **told))
        return one

    def write(self, action: Any, *args: Any, **kwargs: Any) -> Any:
        """Run an action."""
        return self.database.write(action, *args, **kwargs)

    def visit(self, kind: str, first: int = 10, last: int = 18, day: date = TODAY, rooms: int | None = None) -> int:
        """Open a site on a day and return the visit."""
        plan = Plan([Day(day)], Hours(time(first), time(last)), rooms)
        made: list[int] = self.write(
            actions.make_visits, self.fair, self.sites[kind], plan, self.organizer, min(NOW, at(first, 0, day))
        )
        return made[0]

    def stop(self, visit: int, first: datetime, last: datetime, coach: int = 0, now: datetime = NOW) -> int:
        """Send a coach to a visit and return the stop."""
        made: int = self.write(actions.plan_stop, Stop(visit, self.coaches[coach], first, last), self.organizer, now)
        return made

    def book(self, slot: int, seeker: int | None = None, now: datetime = NOW) -> int:
        """Book and return the booking."""
        made: int = self.write(scheduling.book, slot, seeker or self.seeker, Wish(consent=True), now).id
        return made

    def rows(self, statement: Any) -> list[Any]:
        """Return what a select finds."""
        with self.database.read() as session:
            return list(session.scalars(statement))

    def everything(self) -> dict[str, list[Any]]:
        """Return every row of every table."""
        with self.database.read() as session:
            tables = db.Base.metadata.sorted_tables
            return {t.name: [tuple(r) for r in session.execute(select(t).order_by(*t.primary_key))] for t in tables}

    def refused(self, act: Any, error: type[Exception]) -> Any:
        """Return the refusal, having seen that it changed no row of any table."""
        before = self.everything()
        with pytest.raises(error) as caught:
            act()
        assert self.everything() == before
        return caught.value

    def breaches(self) -> list[str]:
        """Return what the audit finds."""
        with self.database.read() as session:
            return audit.breaches(session)


def by(name: str) -> dict[str, Any]:
    """Return what a request of this person sends."""
    return {"headers": {"Authorization": f"Bearer {name}"}} if name else {}


def page_of(client: FlaskClient, path: str, name: str = "", status: int = 200) -> str:
    """Return the text of a page that answers with the status."""
    answer = client.get(path, **by(name))
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return answer.get_data(as_text=True)


def post(client: FlaskClient, path: str, who: str = "organizer", /, **data: object) -> tuple[int, str]:
    """Return status and text of the answer to a form."""
    answer = client.post(path, data=data, **by(who))
    return answer.status_code, answer.get_data(as_text=True)


def said(errors: Sequence[Any]) -> list[tuple[str, str]]:
    """Return field and sentence of each error."""
    return [(one.field, str(one.message)) for one in errors]
