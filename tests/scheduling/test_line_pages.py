"""The pages of the walk-in line: joining, calling, skipping, coming back, adding people at the desk, closing."""

from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from fairapp.accounts.models import Account
from fairapp.scheduling import actions
from fairapp.scheduling.models import Booking, Line, LineEntry
from tests.counting import counted
from tests.factories import NOW
from tests.scheduling.cast import Cast, words
from tests.scheduling.floors import at
from tests.scheduling.test_api import Calls


def entries(cast: Cast) -> list[tuple[int, str]]:
    """Return (ticket, status) of everybody who ever was in the line."""
    with cast.database.read() as session:
        found = select(LineEntry.ticket, LineEntry.status).order_by(LineEntry.id)
        return [(ticket, status) for ticket, status in session.execute(found)]


@pytest.fixture
def booth(cast: Cast) -> Any:
    """Return the cast, the line of its booth open."""
    cast.write(actions.open_line, cast.booth, 15, NOW)
    return cast


def test_a_line_is_opened_joined_called_met_and_closed(cast: Cast) -> None:
    staff, seeker = cast.client(cast.recruiter), cast.client(cast.seeker)
    stand, line = f"/stand/{cast.booth}/line", f"/booths/{cast.booth}/line"
    assert "줄이 닫혀 있어요" in words(staff.get(stand))
    assert "지금은 현장 대기 줄이 없어요" in words(seeker.get(line))
    assert seeker.post(line, data={"consent": "y"}).status_code == 409
    assert staff.post(f"{stand}/opening", data={"minutes": "7"}).status_code == 422
    assert staff.post(f"{stand}/opening", data={"minutes": "15"}).status_code == 303
    assert "현장 대기 줄 · 0명" in words(seeker.get(f"/booths/{cast.booth}"))
    assert seeker.post(line, data={}).status_code == 422
    assert entries(cast) == []
    for _ in range(2):  # joining again keeps the place
        assert seeker.post(line, data={"consent": "y"}).status_code == 303
    assert entries(cast) == [(1, "waiting")]
    assert "1번" in words(seeker.get(line))
    assert staff.post(f"{stand}/calls", data={"host": str(cast.recruiter)}).status_code == 303
    assert "차례예요" in words(seeker.get(line))
    entry = cast.rows(select(LineEntry.id))[0]
    for bad in ("done", "back", "nothing", ""):
        assert staff.post(f"{stand}/{entry}", data={"do": bad}).status_code in (409, 422), bad
    assert staff.post(f"{stand}/{entry}", data={"do": "came"}).status_code == 303
    assert cast.rows(select(Booking.status)) == ["confirmed"]
    assert staff.post(f"{stand}/{entry}", data={"do": "done"}).status_code == 303
    assert staff.post(f"{stand}/closing").status_code == 303
    assert entries(cast) == [(1, "met")]
    assert cast.rows(select(Line.closed_at)) == [NOW]


def test_who_was_absent_keeps_the_place(booth: Cast) -> None:
    staff, stand = booth.client(booth.recruiter), f"/stand/{booth.booth}/line"
    for who in (booth.seeker, booth.other):
        booth.write(actions.join_line, booth.booth, who, True, NOW)
    first, second = booth.rows(select(LineEntry.id).order_by(LineEntry.id))
    staff.post(f"{stand}/calls", data={"host": str(booth.recruiter)})
    assert staff.post(f"{stand}/{first}", data={"do": "absent"}).status_code == 303
    assert entries(booth) == [(1, "skipped"), (2, "waiting")]
    assert "불렀을 때 안 계셨어요" in words(booth.client(booth.seeker).get(f"/booths/{booth.booth}/line"))
    assert staff.post(f"{stand}/{first}", data={"do": "back"}).status_code == 303
    staff.post(f"{stand}/calls", data={"host": str(booth.recruiter)})
    assert entries(booth) == [(1, "called"), (2, "waiting")]
    assert booth.client(booth.other).post(f"/booths/{booth.booth}/line/leaving").status_code == 303
    assert entries(booth) == [(1, "called"), (2, "left")]
    assert second > first


def test_somebody_without_a_phone_is_added_at_the_desk(booth: Cast) -> None:
    desk, stand = booth.client(booth.organizer), f"/stand/{booth.booth}/line"
    before = booth.rows(select(Account.id))
    for bad in ({}, {"name": " "}, {"name": "가" * 81}):
        assert desk.post(f"{stand}/people", data=bad).status_code == 422
    assert booth.rows(select(Account.id)) == before
    assert desk.post(f"{stand}/people", data={"name": "이순자", "consent": "y"}).status_code == 303
    assert "이순자" in words(desk.get(stand))
    with booth.database.read() as session:
        entry = session.scalars(select(LineEntry)).one()
        person = session.get_one(Account, entry.seeker_id)
        assert (person.name, person.email, entry.joined_by, entry.consent) == ("이순자", None, booth.organizer, True)
    booth.write(actions.close_line, booth.booth, NOW)
    assert desk.post(f"{stand}/people", data={"name": "박금자"}).status_code == 409
    assert len(booth.rows(select(Account.id))) == len(before) + 1


def test_nobody_else_keeps_the_line(booth: Cast) -> None:
    booth.write(actions.join_line, booth.booth, booth.seeker, True, NOW)
    entry = booth.rows(select(LineEntry.id))[0]
    stand = f"/stand/{booth.booth}/line"
    for who in (booth.seeker, booth.stranger):
        client = booth.client(who)
        assert client.get(stand).status_code == 404
        for path in ("opening", "closing", "calls", "people", str(entry)):
            assert client.post(f"{stand}/{path}", data={"do": "absent", "name": "x"}).status_code == 404
    assert booth.client(None).post(f"/booths/{booth.booth}/line").status_code == 303
    assert booth.client(booth.recruiter).post(f"{stand}/99999", data={"do": "came"}).status_code == 404
    host = {"host": str(booth.stranger)}
    assert booth.client(booth.recruiter).post(f"{stand}/calls", data=host).status_code == 422
    assert entries(booth) == [(1, "waiting")]


def test_a_host_in_a_meeting_calls_nobody_and_reads_why(booth: Cast) -> None:
    booth.write(actions.join_line, booth.booth, booth.seeker, True, NOW)
    booth.book(booth.slots[0], booth.other)
    with time_machine.travel(at(125), tick=False):  # in the middle of it
        refused = booth.client(booth.recruiter).post(
            f"/stand/{booth.booth}/line/calls", data={"host": str(booth.recruiter)}
        )
    assert refused.status_code == 409
    assert "비어 있지 않아요" in words(refused)


def test_the_booth_of_the_api_says_how_long_its_line_is(booth: Cast) -> None:
    calls = Calls(booth.app, booth.seeker)
    assert calls("GET", f"/booths/{booth.booth}").json["line"] == {"length": 0, "minutes": 0}
    booth.write(actions.join_line, booth.booth, booth.seeker, True, NOW)
    line = calls("GET", f"/booths/{booth.booth}").json["line"]
    assert line["length"] == 1
    assert calls("GET", f"/fairs/{booth.fair}/booths").json["items"][0]["line"] == line
    booth.write(actions.close_line, booth.booth, NOW)
    assert calls("GET", f"/booths/{booth.booth}").json["line"] is None


def test_the_stand_takes_as_many_queries_for_thirty_people_as_for_one(booth: Cast) -> None:
    staff, stand = booth.client(booth.recruiter), f"/stand/{booth.booth}/line"
    booth.write(actions.join_line, booth.booth, booth.seeker, True, NOW)
    staff.get(stand)
    with counted(booth.app) as one:
        staff.get(stand)
    for n in range(29):
        booth.write(actions.join_at_desk, booth.booth, f"사람{n}", "ko", True, booth.recruiter, NOW)
    with counted(booth.app) as thirty:
        assert words(staff.get(stand)).count("data-ticket=") == 30
    assert one == thirty
