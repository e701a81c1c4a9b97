"""The control room: numbers, trouble with the way to mend it, notices to whom they concern."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fairapp import db, mail
from fairapp.booths import actions as booths
from fairapp.booths.models import Booth
from fairapp.errors import Invalid, NotFound
from fairapp.fairs.queries import fair_by_id
from fairapp.live.models import News, Outbox, PersonalNews
from fairapp.outcomes import actions, queries, rules
from fairapp.scheduling import actions as scheduling
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.outcomes.cast import Cast, book_interview
from tests.outcomes.test_actions import append
from tests.outcomes.test_pages import words
from tests.signing_in import browser_of

pytestmark = pytest.mark.usefixtures("at_now")
DAY = (NOW - timedelta(hours=1), NOW + timedelta(hours=14))


def numbers(app: Flask, cast: Cast, now: Any = NOW) -> queries.Now:
    """Return the head of the room."""
    with db.of(app).read() as session:
        there = queries.booths_now(session, cast.fair, now)
        return queries.numbers_now(session, fair_by_id(session, cast.fair), there, DAY, now)


def wrong(app: Flask, cast: Cast, now: Any = NOW) -> dict[str, int]:
    """Return what is wrong, with how many."""
    with db.of(app).read() as session:
        found = queries.trouble(session, fair_by_id(session, cast.fair), now)
    return {one.kind: one.count for one in found}


def test_the_numbers_of_the_moment(app_on_both: Flask, cast_on_both: Cast) -> None:
    app, cast = app_on_both, cast_on_both
    write = db.of(app).write
    later = NOW + timedelta(minutes=5)
    assert numbers(app, cast, later).meetings == 1  # the cast's interview goes on
    other = book_interview(app, cast, NOW)
    write(actions.mark_attendance, other, seeker="absent", by=cast.recruiter, now=later)
    write(actions.mark_attendance, cast.booking, seeker="present", host="present", by=cast.recruiter, now=later)
    code = write(actions.ensure_pass, cast.fair, cast.seeker, NOW)
    write(actions.check_in, cast.fair, code, cast.organizer, NOW)

    def line(session: Any) -> None:
        scheduling.open_line(session, cast.booth, 15, NOW)
        for _ in range(2):
            scheduling.join_line(session, cast.booth, factories.make_seeker(session).id, True, NOW)
        booth = session.get_one(Booth, cast.booth)
        factories.make_slots(session, booth, 1, start=NOW + timedelta(minutes=5))

    write(line)
    found = numbers(app, cast, NOW + timedelta(minutes=6))
    assert (found.came, found.meetings, found.waiting, found.absent, found.marked) == (1, 1, 2, 1, 2)
    assert found.longest_wait > 0
    assert (found.idle_hosts, found.hires, found.hire_target) == (1, 0, 150)
    append(app, cast, "offered", now=later)
    assert numbers(app, cast, later).job_offers == 1
    append(app, cast, "hired", now=later)
    assert (numbers(app, cast, later).job_offers, numbers(app, cast, later).hires) == (0, 1)


def test_trouble_is_named_with_the_way_to_mend_it(app_on_both: Flask, cast_on_both: Cast) -> None:
    app, cast = app_on_both, cast_on_both
    write = db.of(app).write
    assert wrong(app, cast) == {}
    assert wrong(app, cast, NOW + timedelta(hours=1)) == {"unmarked": 1}
    write(actions.report_host, cast.booking, cast.seeker, NOW + timedelta(minutes=10))
    assert wrong(app, cast, NOW + timedelta(minutes=12)) == {"host-away": 1}
    write(actions.mark_attendance, cast.booking, seeker="present", host="present", by=cast.recruiter, now=NOW)
    assert wrong(app, cast, NOW + timedelta(days=6)) == {}
    overdue = wrong(app, cast, NOW + timedelta(days=8))
    assert overdue == {"overdue": 1}  # the fair is over: that nobody hires any more is no trouble
    append(app, cast, "rejected", now=NOW + timedelta(days=8))
    assert wrong(app, cast, NOW + timedelta(days=9)) == {}
    who = write(lambda session: factories.make_account(session).id)
    write(booths.report_booth, cast.booth, who, "not_hiring", "", NOW)
    assert wrong(app, cast) == {"reported": 1}
    write(booths.withdraw_booth, cast.booth, NOW)
    write(booths.apply_for_booth, cast.fair, cast.employer, NOW)
    write(booths.approve_booths, cast.fair, [cast.booth], None, NOW)
    assert wrong(app, cast, NOW + timedelta(days=1)) == {"reported": 1}


def test_a_booth_is_drawn_by_how_busy_it_is() -> None:
    state = rules.booth_state
    assert state(False, 3, 90, free=True) == "away"
    assert [state(True, 0, wait, free=True) for wait in (0, 9, 10, 29, 30)] == ["calm", "calm", "busy", "busy", "full"]
    assert (state(True, 0, 0, free=False), state(True, 1, 0, free=False)) == ("empty", "calm")


def test_the_page_asks_the_same_of_one_booth_and_of_thirty(app: Flask, cast: Cast) -> None:
    browser = browser_of(app, cast.organizer)
    browser.get("/organize/daegu/control")
    with counted(app) as one:
        assert browser.get("/organize/daegu/control").status_code == 200

    def more(session: Any) -> None:
        for _ in range(30):
            booth = factories.make_hiring_booth(session, fair_id=cast.fair)
            factories.make_slots(session, booth, 1)
            scheduling.open_line(session, booth.id, 15, NOW)

    db.of(app).write(more)
    with counted(app) as thirty:
        page = browser.get("/organize/daegu/control")
    assert page.text.count("/stand/") >= 31
    assert int(thirty) - int(one) <= 3  # of lines, once there are some


def test_a_notice_to_all_is_public_news_and_stands_on_their_screens(app: Flask, cast: Cast) -> None:
    browser = browser_of(app, cast.organizer)
    data = {"audience": "fair", "text": "3번 문이 열렸어요", "text_en": "Gate 3 is open", "hours": 2}
    assert browser.post("/organize/daegu/notices", data=data).status_code == 303
    with db.of(app).read() as session:
        news = session.scalars(select(News).where(News.fair_id == cast.fair, News.kind == "notice")).one()
        assert session.scalars(select(Outbox).where(Outbox.kind == "notice")).all() == []
    assert news.data["text"] == "3번 문이 열렸어요"
    assert "3번 문이 열렸어요" in words(app.test_client().get("/fairs/daegu"))
    english = app.test_client().get("/fairs/daegu", headers={"Accept-Language": "en"})
    assert "Gate 3 is open" in words(english)
    assert "3번 문이 열렸어요" in words(browser.get("/organize/daegu/control"))


def test_a_notice_to_a_group_goes_to_each_by_name(app_on_both: Flask, cast_on_both: Cast) -> None:
    app, cast = app_on_both, cast_on_both
    write = db.of(app).write
    told = (cast.fair, "booth", "자리가 B3으로 바뀌었어요", cast.organizer, NOW)
    assert write(actions.tell, *told, booth_id=cast.booth) == 1
    assert write(actions.tell, cast.fair, "recruiters", "곧 시작해요", cast.organizer, NOW) == 1
    assert write(actions.tell, cast.fair, "coaches", "곧 시작해요", cast.organizer, NOW) == 1
    assert write(actions.tell, cast.fair, "seekers", "곧 시작해요", cast.organizer, NOW) == 1
    with db.of(app).read() as session:
        own = session.scalars(select(PersonalNews).where(PersonalNews.kind == "booking.notice")).all()
        assert sorted(one.account_id for one in own) == sorted(
            [cast.seeker, cast.recruiter, cast.coach_account, cast.seeker]
        )
        rows = session.scalars(select(Outbox).where(Outbox.kind == "notice").order_by(Outbox.id)).all()
        plain = [mail.OutboxRow(*(getattr(row, name) for name in mail.OutboxRow.__slots__)) for row in rows]
        read = mail.renderers["notice"](session, plain[0], "ko", NOW)
        assert read is not None
        assert "자리가 B3으로 바뀌었어요" in read.text
        assert mail.renderers["notice"](session, plain[0], "ko", NOW + timedelta(hours=4)) is None
    with pytest.raises(NotFound):
        write(actions.tell, cast.other_fair, "booth", "x", cast.organizer, NOW, booth_id=cast.booth)
    with pytest.raises(Invalid):
        write(actions.tell, cast.fair, "booth", "x", cast.organizer, NOW)


@pytest.mark.parametrize(
    "changes", [{"text": ""}, {"text": "x" * 501}, {"audience": "x"}, {"hours": 0}, {"audience": "booth", "booth": "x"}]
)
def test_a_bad_notice_tells_nobody(app: Flask, cast: Cast, changes: dict[str, Any]) -> None:
    data = {"audience": "fair", "text": "안녕하세요", "hours": 2} | changes
    assert browser_of(app, cast.organizer).post("/organize/daegu/notices", data=data).status_code == 422
    assert browser_of(app, cast.stranger).post("/organize/daegu/notices", data=data).status_code == 403
    with db.of(app).read() as session:
        assert session.scalars(select(News).where(News.kind == "notice")).all() == []
