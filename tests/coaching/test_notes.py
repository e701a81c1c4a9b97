"""Practise, then go: a session is linked to an interview and stays before it; notes are read by whom they are for."""

from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from fairapp import db
from fairapp.coaching import actions as coaching
from fairapp.coaching.models import SessionNote
from fairapp.errors import Invalid, NotFound
from fairapp.scheduling import actions, rules
from tests import factories
from tests.factories import NOW
from tests.scheduling.cast import Cast, words
from tests.scheduling.floors import Hall, at
from tests.scheduling.test_api import Calls


@pytest.fixture
def cast(app: Any) -> Any:
    """Return the cast, at its time."""
    with time_machine.travel(NOW, tick=False):
        yield Cast(app)


@pytest.fixture
def hall(app_on_both: Any) -> Hall:
    """Return the floor."""
    return Hall(db.of(app_on_both))


def test_a_session_that_prepares_ends_before_its_interview(hall: Hall) -> None:
    interview = hall.book(hall.open(120))
    late, early, spare = hall.session(150), hall.session(60), hall.session(300)
    hall.refused(lambda: hall.book(late, before_id=interview), rules.OutOfOrder)
    session = hall.book(early, before_id=interview)
    assert hall.booking(session).before_id == interview
    # Another's interview, a session, something that is over: none can be prepared for.
    other = hall.book(hall.open(200), 1)
    for wrong in (other, session, 10**9):
        hall.refused(lambda wrong=wrong: hall.book(spare, before_id=wrong), Invalid)  # type: ignore[misc]


def test_the_pair_keeps_its_order_when_one_moves(hall: Hall) -> None:
    first, before, after = hall.open(120, 20, 200)
    interview = hall.book(first)
    session = hall.book(hall.session(60), before_id=interview)
    much_later = hall.session(150)
    seeker = hall.seekers[0]
    hall.refused(lambda: hall.write(actions.reschedule, interview, before, seeker, NOW), rules.OutOfOrder)
    hall.refused(lambda: hall.write(actions.reschedule, session, much_later, seeker, NOW), rules.OutOfOrder)
    hall.write(actions.reschedule, interview, after, seeker, NOW)
    hall.write(actions.reschedule, session, much_later, seeker, NOW)
    assert (hall.booking(session).before_id, hall.slot(hall.booking(session).slot_id).starts_at) == (interview, at(150))
    # Without its interview the session is an ordinary one.
    hall.write(actions.cancel, interview, seeker, NOW)
    hall.write(actions.reschedule, session, hall.session(260), seeker, NOW)


def test_the_api_links_a_session_to_an_interview(cast: Cast) -> None:
    calls = Calls(cast.app, cast.seeker)
    interview = calls("POST", "/bookings", {"slot": str(cast.slots[3]), "consent": True}).json
    body = {"slot": str(cast.sessions[0]), "consent": True, "before": interview["id"]}
    assert calls("POST", "/bookings", body | {"before": "99"}).status_code == 422
    assert calls("POST", "/bookings", body).json["before"] == interview["id"]
    late = calls("POST", "/bookings", body | {"slot": str(cast.sessions[2])})
    assert (late.status_code, late.json["type"]) == (409, "/problems/out-of-order")


def test_the_page_of_a_coach_asks_which_interview(cast: Cast) -> None:
    client = cast.client(cast.seeker)
    assert "어떤 면접을 준비하나요?" not in words(client.get(f"/coaches/{cast.coach}"))
    interview = cast.book(cast.slots[3], cast.seeker)
    assert "어떤 면접을 준비하나요?" in words(client.get(f"/coaches/{cast.coach}"))
    form = {"slot": str(cast.sessions[0]), "consent": "y", "note": "", "before": "x" * 30}
    made = client.post(f"/coaches/{cast.coach}/bookings", data=form | {"before": "999"})
    assert made.status_code == 422
    made = client.post(f"/coaches/{cast.coach}/bookings", data=form | {"before": str(interview)})
    assert made.status_code == 303
    session = int(made.location.rsplit("/", 1)[1])
    assert cast.booking(session).before_id == interview
    assert "준비 메모" in words(client.get(f"/bookings/{session}"))
    assert "을 준비해요" in words(client.get(f"/bookings/{session}/notes"))


def test_notes_are_read_by_whom_they_are_for(cast: Cast) -> None:
    booking = cast.book(cast.sessions[0], cast.seeker, consent=True)
    seeker, coach = cast.client(cast.seeker), cast.client(cast.coach_account)
    notes = f"/bookings/{booking}/notes"
    assert seeker.post(f"{notes}/shared", data={"shared-text": "자기소개 초안이에요"}).status_code == 303
    assert "자기소개 초안이에요" in words(coach.get(notes))
    assert coach.post(f"{notes}/shared", data={"shared-text": "결론부터 말해요"}).status_code == 303
    assert coach.post(f"{notes}/private", data={"private-text": "긴장이 심함"}).status_code == 303
    page = words(seeker.get(notes))
    assert "결론부터 말해요" in page
    assert "긴장이 심함" not in page
    assert "긴장이 심함" in words(coach.get(notes))
    assert seeker.post(f"{notes}/private", data={"private-text": "x"}).status_code == 404
    for who in (cast.other, cast.organizer, cast.recruiter):
        stranger = cast.client(who)
        assert stranger.get(notes).status_code == 404
        assert stranger.post(f"{notes}/shared", data={"shared-text": "x"}).status_code == 404
    assert coach.post(f"{notes}/shared", data={"shared-text": "가" * 4001}).status_code == 422
    assert coach.post(f"{notes}/other", data={}).status_code == 404
    assert "코칭 메모" in words(coach.get(f"/coach/{cast.coach}"))
    # An empty note takes it away.
    coach.post(f"{notes}/private", data={"private-text": " "})
    assert cast.rows(select(SessionNote.text).where(SessionNote.private)) == []


def test_another_coach_of_the_session_reads_no_private_note(cast: Cast) -> None:
    booking = cast.book(cast.sessions[0], cast.seeker)
    cast.write(coaching.write_note, booking, cast.coach_account, "나만", NOW, private=True)
    other = cast.write(lambda s: factories.make_seeker(s, name="최코치").id)
    cast.write(lambda s: factories.make_membership(s, account_id=other, role="coach", agency_id=cast.agency))
    assert cast.client(other).get(f"/bookings/{booking}/notes").status_code == 404
    with pytest.raises(NotFound):
        cast.write(coaching.write_note, booking, other, "x", NOW, private=True)
    interview = cast.book(cast.slots[3], cast.seeker)
    with pytest.raises(NotFound):
        cast.write(coaching.write_note, interview, cast.seeker, "x", NOW, private=False)
