"""The control tower keeps what desks do apart: people coached by each agency over the days asked for."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.agencies.models import Agency
from fairapp.coaching.models import Coach
from fairapp.outcomes import actions, queries
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling.rules import Wish
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.outcomes.cast import BEFORE, Cast, open_slot
from tests.signing_in import browser_of

TODAY = clock.local(NOW, "Asia/Seoul").date()


def coach(app: Flask, cast: Cast, seeker: int, mark: str | None, coach_id: int, days: int = 0) -> None:
    """Let the seeker have a session with the coach and be marked so."""

    def make(session: Session) -> None:
        row, at = session.get_one(Coach, coach_id), NOW + timedelta(days=days, hours=2 + seeker)
        giver = {"coach_id": row.id, "agency_id": row.agency_id}
        slot = open_slot(session, cast.fair, row.account_id, at, **giver)
        booking = scheduling.book(session, slot, seeker, Wish(consent=True), BEFORE).id
        if mark:
            actions.mark_attendance(session, booking, seeker=mark, host=None, by=row.account_id, now=at)

    db.of(app).write(make)


@pytest.fixture
def desk(app: Flask, cast: Cast) -> int:
    """Return a coach of a desk for the young below the agency that runs the fair."""

    def make(session: Session) -> int:
        agency = factories.make_agency(session, name="청년 창구", serves=[], parent_id=cast.agency)
        return factories.make_coach(session, cast.fair, agency_id=agency.id).id

    return int(db.of(app).write(make))


def test_each_agency_counts_who_came_to_its_own_coaches(app: Flask, cast: Cast, desk: int) -> None:
    people = [db.of(app).write(lambda s: factories.make_seeker(s).id) for _ in range(3)]
    coach(app, cast, people[0], "present", desk)
    coach(app, cast, people[0], "present", desk, days=1)  # one person
    coach(app, cast, people[1], "absent", desk)
    coach(app, cast, people[2], "present", cast.coach)
    with db.of(app).read() as session:
        seen = queries.seen_agencies(session, None)
        agency = session.get_one(Coach, desk).agency_id

        def coached(**days: Any) -> dict[int, int | None]:
            scope = queries.Scope((), **days)
            return {one.id: one.coached for one in queries.centres(session, seen, scope, NOW) if one.coached}

        assert coached() == {agency: 1, cast.coach_agency: 1}
        assert coached(until=TODAY - timedelta(days=1)) == {}
        assert coached(since=TODAY + timedelta(days=1)) == {agency: 1}
        with counted(app) as statements:
            queries.centres(session, seen, queries.Scope(()), NOW)
        assert int(statements) == 4, str(statements)
        assert session.get_one(Agency, agency).serves == []
    shown = browser_of(app, cast.organizer).get("/organize/tower").text
    assert "코칭받은 사람" in shown
    assert (
        "5 미만" in shown.split("코칭받은 사람", 1)[1].split("청년 창구", 1)[1].split("</tr>")[0]
    )  # an agency below, run by others
    for who in [db.of(app).write(lambda s: factories.make_seeker(s).id) for _ in range(4)]:
        coach(app, cast, who, "present", desk)
    shown = browser_of(app, cast.organizer).get("/organize/tower").text
    assert "5 미만" not in shown.split('id="centres"', 1)[1].split("</table>")[0]
