"""Where booths stand: who may put them where, two that want one room, and the plan that seekers see."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.booths import actions, queries
from fairapp.booths.models import Booth
from fairapp.errors import Invalid, NotFound
from fairapp.fairs import actions as fairs
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.signing_in import browser_of

pytestmark = pytest.mark.usefixtures("at_now")


def make_hall(app: Flask, booths: int = 3, rooms: int = 3) -> tuple[Any, list[int], list[int], int]:
    """Return a fair with its hiring booths, the rooms of its hall, and its organizer."""

    def make(session: Session) -> tuple[Any, list[int], list[int], int]:
        fair = factories.make_fair(session, slug="hall", mode="onsite")
        made = [factories.make_booth(session, fair_id=fair.id).id for _ in range(booths)]
        for one in made:
            factories.make_listing(session, booth_id=one)
        site = fairs.make_site(session, "hall", "엑스코")
        fairs.link_site(session, fair.id, site)
        names = fairs.make_rooms(session, site, "A-", rooms)
        fairs.draw_floor(session, site, 4, 2, NOW)
        fairs.line_up_rooms(session, site, NOW)
        organizer = factories.make_membership(session, role="organizer", agency_id=fair.agency_id)
        return fair.id, made, names, organizer.account_id

    return db.of(app).write(make)


def rooms_of(app: Flask, fair: int) -> list[int | None]:
    """Return the room of each booth, in order."""
    with db.of(app).read() as session:
        return list(session.scalars(select(Booth.room_id).where(Booth.fair_id == fair).order_by(Booth.id)))


def test_booths_get_rooms_change_them_and_never_share_one(app_on_both: Flask) -> None:
    app, write = app_on_both, db.of(app_on_both).write
    fair, (one, two, three), (a, b, c), by = make_hall(app)
    assert write(actions.place_booths, fair, {one: a, two: b}, by, NOW) == 2
    assert write(actions.place_booths, fair, {one: b, two: a}, by, NOW) == 2  # they change places
    assert rooms_of(app, fair) == [b, a, None]
    with pytest.raises(Invalid):
        write(actions.place_booths, fair, {three: a}, by, NOW)
    for wrong in ({999: a}, {one: 999}):
        with pytest.raises(NotFound):
            write(actions.place_booths, fair, wrong, by, NOW)
    assert rooms_of(app, fair) == [b, a, None]
    assert write(actions.line_up_booths, fair, by, NOW) == 1
    assert rooms_of(app, fair) == [b, a, c]
    assert write(actions.place_booths, fair, {two: None}, by, NOW) == 1
    with db.of(app).read() as session:
        assert queries.unplaced_counts(session, [fair], NOW) == {fair: 1}


def test_a_booth_that_comes_back_does_not_share_its_room(app_on_both: Flask) -> None:
    app, write = app_on_both, db.of(app_on_both).write
    fair, (one, two, _), (a, *_), by = make_hall(app)
    write(actions.place_booths, fair, {one: a}, by, NOW)
    write(lambda s: setattr(s.get_one(Booth, one), "status", "withdrawn"))
    write(actions.place_booths, fair, {two: a}, by, NOW)
    write(lambda s: setattr(s.get_one(Booth, one), "status", "approved"))
    assert rooms_of(app, fair) == [None, a, None]


def test_two_at_once_do_not_put_two_booths_in_one_room(app_on_both: Flask) -> None:
    app, write = app_on_both, db.of(app_on_both).write
    fair, booths, (room, *_), by = make_hall(app)
    told: list[str] = []

    def place(booth: int) -> None:
        try:
            write(actions.place_booths, fair, {booth: room}, by, NOW)
            told.append("placed")
        except Invalid:
            told.append("refused")

    threads = [threading.Thread(target=place, args=(one,)) for one in booths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["placed", "refused", "refused"]
    assert sorted(rooms_of(app, fair), key=str) == sorted([room, None, None], key=str)


def test_the_organizer_puts_booths_on_the_page(app: Flask) -> None:
    fair, (one, two, _), (a, b, _), by = make_hall(app)
    browser = browser_of(app, by)
    done = browser.post("/organize/hall/places", data={f"b{one}": str(a), f"b{two}": str(b)}, follow_redirects=True)
    assert "부스 2곳의 자리를 정했어요." in done.text
    twice = browser.post("/organize/hall/places", data={f"b{one}": str(b)})
    assert (twice.status_code, "A-2에 부스가 둘이에요" in twice.text) == (422, True)
    for bad in ({"bx": "1"}, {f"b{one}": "x"}, {"b999": "1"}):
        assert browser.post("/organize/hall/places", data=bad).status_code == 404
    assert (
        "부스 1곳의 자리를 정했어요."
        in browser.post("/organize/hall/places", data={"do": "line-up"}, follow_redirects=True).text
    )
    assert None not in rooms_of(app, fair)
    stranger = db.of(app).write(lambda session: factories.make_seeker(session).id)
    assert browser_of(app, stranger).get("/organize/hall/places").status_code == 403


def test_seekers_see_the_booths_that_are_hiring_where_they_stand(app: Flask) -> None:
    fair, (one, two, _), _rooms, by = make_hall(app)
    db.of(app).write(actions.line_up_booths, fair, by, NOW)
    db.of(app).write(lambda s: setattr(s.get_one(Booth, two), "status", "withdrawn"))
    page = app.test_client().get("/fairs/hall/floor")
    assert page.status_code == 200
    assert [f'href="/booths/{booth}"' in page.text for booth in (one, two)] == [True, False]
    assert "A-1" in page.text
    assert app.test_client().get("/fairs/none/floor").status_code == 404


def test_the_plan_needs_as_many_queries_for_many_booths(app: Flask) -> None:
    seen = []
    for booths in (1, 30):
        fair, _, _, by = make_hall(app, booths, booths) if not seen else more(app, booths)
        db.of(app).write(actions.line_up_booths, fair, by, NOW)
        for path, browser in (("/fairs/hall/floor", app.test_client()), ("/organize/hall/places", browser_of(app, by))):
            browser.get(path)
            with counted(app) as queries_made:
                browser.get(path)
            seen.append(int(queries_made))
    assert seen[:2] == seen[2:]


def more(app: Flask, booths: int) -> tuple[int, list[int], list[int], int]:
    """Add booths to the fair that there is."""

    def make(session: Session) -> tuple[int, list[int], list[int], int]:
        first = session.scalars(select(Booth)).first()
        assert first is not None
        for _ in range(booths):
            factories.make_listing(session, booth_id=factories.make_booth(session, fair_id=first.fair_id).id)
        fairs.make_rooms(session, 1, "B-", booths)
        organizer = factories.make_membership(session, role="organizer", agency_id=1)
        return first.fair_id, [], [], organizer.account_id

    return db.of(app).write(make)
