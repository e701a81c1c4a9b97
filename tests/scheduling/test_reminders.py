"""Reminders: once each, never of what was past, asked again when they are read; and what the reminded answer."""

import signal
import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from fairapp import audit, db
from fairapp.live import jobs as post
from fairapp.live.models import Outbox
from fairapp.outcomes import queries as outcomes
from fairapp.scheduling import actions, jobs, pushes, queries, rules
from fairapp.scheduling.models import Reminder
from tests import factories
from tests.conftest import settings_for
from tests.factories import NOW
from tests.scheduling.floors import Hall, at
from tests.servers import MailServer
from tests.servers.app import ROOT, app_env

DAY, HOUR = 24 * 60, 60


@pytest.fixture
def hall(app_on_both: Flask) -> Hall:
    """Return the floor."""
    return Hall(db.of(app_on_both), ends_at=at(4 * DAY))


def kinds(hall: Hall) -> list[tuple[int, int, str]]:
    """Return which reminders were made: (booking, time_rev, kind)."""
    with hall.database.read() as session:
        found = select(Reminder.booking_id, Reminder.time_rev, Reminder.kind).order_by(Reminder.id)
        return [tuple(row) for row in session.execute(found)]


@pytest.mark.parametrize(
    ("kind", "start", "known", "now", "due"),
    [
        ("day", DAY, 0, 0, True),  # a day before, to the minute; agreed on in that very moment
        ("day", DAY + 1, 0, 0, False),  # not yet
        ("day", DAY, 1, 2, False),  # agreed on when a day before was past
        ("day", DAY, -5, 6 * HOUR - 1, True),  # late, as after a night without scheduler
        ("day", DAY, -5, 6 * HOUR, False),  # too late to say "tomorrow"
        ("hours", 2 * HOUR, -5, 0, True),
        ("hours", 2 * HOUR, -5, HOUR, False),
        ("hours", 2 * HOUR, 30, 40, False),
    ],
)
def test_when_somebody_is_reminded(kind: str, start: int, known: int, now: int, due: bool) -> None:
    assert rules.is_reminder_due(kind, at(start), at(known), at(now)) is due


def test_each_meeting_is_told_of_a_day_and_two_hours_before_once(hall: Hall) -> None:
    booking = hall.book(hall.open(DAY + 10))
    assert jobs.remind(NOW) == 0
    assert [jobs.remind(at(10)), jobs.remind(at(10)), jobs.remind(at(11))] == [1, 0, 0]
    assert [jobs.remind(at(DAY + 10 - 120)), jobs.remind(at(DAY - 100))] == [1, 0]
    assert kinds(hall) == [(booking, 0, "day"), (booking, 0, "hours")]
    keys = hall.rows(select(Outbox.key).where(Outbox.kind.like("reminder.%")).order_by(Outbox.id))
    seeker = hall.seekers[0]
    assert keys == [f"reminder:{booking}:0:{kind}:{seeker}" for kind in ("day", "hours")]


def test_a_moved_meeting_is_told_of_again_and_an_ended_one_no_more(hall: Hall) -> None:
    first, second = hall.open(DAY + 10, DAY + 60)
    booking = hall.book(first)
    jobs.remind(at(10))
    hall.write(actions.reschedule, booking, second, hall.seekers[0], at(20))
    assert [jobs.remind(at(30)), jobs.remind(at(60))] == [0, 1]
    assert kinds(hall) == [(booking, 0, "day"), (booking, 1, "day")]
    hall.write(actions.cancel, booking, hall.seekers[0], at(70))
    assert jobs.remind(at(DAY - 60)) == 0


def test_holds_and_requests_are_not_reminded_of(hall: Hall) -> None:
    hall.book(hall.open(DAY + 10), hold=True)
    assert jobs.remind(at(10)) == 0


def test_reminding_takes_as_many_statements_for_thirty_as_for_one(hall: Hall) -> None:
    with hall.database.read() as session:
        assert queries.reminders_due(session, "day", NOW) == []
    for n in range(6):
        hall.book(hall.open(DAY + 10 + 30 * n), seeker=n)
    with hall.database.read() as session:
        due = queries.reminders_due(session, "day", at(DAY // 4))
        assert [one.account_id for one in due] == hall.seekers
        assert queries.reminders_due(session, "day", at(DAY // 4), limit=2) == due[:2]


@pytest.fixture
def mailing(app_on_both: Flask, mail: MailServer) -> Flask:
    """Return the app with a real mail server."""
    app_on_both.config["SETTINGS"] = settings_for(str(db.of(app_on_both).url), MAIL_URL=mail.url)
    return app_on_both


def emails(hall: Hall) -> list[str]:
    """Return the addresses of the seekers."""
    with hall.database.read() as session:
        return [session.get_one(factories.Account, one).email or "" for one in hall.seekers]


def reminders(mail: MailServer, address: str) -> list[str]:
    """Return the Message-IDs of the reminders that came to the address."""
    return [letter.message_id for letter in mail.to(address) if "/coming/" in letter.text]


def test_a_reminder_is_asked_again_when_it_is_rendered(mailing: Flask, mail: MailServer) -> None:
    hall = Hall(db.of(mailing), ends_at=at(4 * DAY))
    first, second, later = hall.open(DAY + 10, DAY + 40, DAY + 90)
    kept, moved = hall.book(first, 0), hall.book(second, 1)
    assert jobs.remind(at(40)) == 2
    hall.write(actions.reschedule, moved, later, hall.seekers[1], at(41))
    post.send_due(at(42))
    addresses = emails(hall)
    [letter] = [one for one in mail.to(addresses[0]) if "/coming/" in one.text]
    assert letter.subject.startswith("내일 만나요: ")
    assert f"/coming/{pushes.coming_secret(kept, hall.seekers[0], 0)}" in letter.text.replace("\n", "")
    assert reminders(mail, addresses[1]) == []


BOTH = """
import sys
from fairapp import create_app, db
from fairapp.live import jobs as post
from fairapp.scheduling import jobs
from tests.scheduling.floors import at
app = create_app()
with app.app_context():
    sys.stdin.readline()  # both begin at once
    for minute in (10, 11, 12):
        jobs.remind(at(minute))
        post.send_due(at(minute))
"""


def _started(app: Flask, mail: MailServer, code: str) -> subprocess.Popen[str]:
    url = db.of(app).url.render_as_string(hide_password=False)
    env = app_env({"DATABASE_URL": url, "MAIL_URL": mail.url}) | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", code], env=env, cwd=ROOT, stdin=subprocess.PIPE, text=True)


def test_two_schedulers_at_once_remind_each_once(mailing: Flask, mail: MailServer) -> None:
    hall = Hall(db.of(mailing), ends_at=at(4 * DAY))
    for n, slot in enumerate(hall.open(*[DAY + 2 * 60 + 30 * k for k in range(6)])):
        hall.book(slot, n, now=NOW - timedelta(hours=2))
    # Both slept for some hours: all six are due in the same moment.
    code = BOTH.replace("at(minute)", "at(minute + 5 * 60)")
    both = [_started(mailing, mail, code) for _ in range(2)]
    for one in both:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    assert [one.wait(timeout=60) for one in both] == [0, 0]
    assert len(kinds(hall)) == 6
    assert [len(reminders(mail, address)) for address in emails(hall)] == [1] * 6
    assert hall.rows(select(func.count()).select_from(Reminder)) == [6]


DIES = """
import os, signal
from fairapp import create_app, db, mail
from fairapp.live import jobs as post
from fairapp.scheduling import jobs
from tests.scheduling.floors import at
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
{where}
with create_app().app_context():
    jobs.remind(at(10))
    post.send_due(at(10))
"""


@pytest.mark.parametrize(
    ("where", "came"),
    [
        ("mail.compose = die  # claimed, not yet sent", 1),
        ("post.actions.record_letter = die  # sent, not yet recorded", 2),
        ("jobs.actions.remind = die  # found, not yet written", 1),
    ],
    ids=["before sending", "before recording", "before the row"],
)
def test_killed_at_any_point_one_reminder_arrives(mailing: Flask, mail: MailServer, where: str, came: int) -> None:
    hall = Hall(db.of(mailing), ends_at=at(4 * DAY))
    post.send_due(NOW)
    booking = hall.book(hall.open(DAY + 10))
    post.send_due(NOW)  # the confirmation: what is due afterwards is the reminder alone
    dying = _started(mailing, mail, DIES.format(where=where))
    assert dying.wait(timeout=60) == -signal.SIGKILL
    jobs.remind(at(14))
    assert post.send_due(at(14)) == 1
    assert kinds(hall) == [(booking, 0, "day")]
    arrived = reminders(mail, emails(hall)[0])
    assert (len(arrived), len(set(arrived))) == (came, 1)
    assert post.send_due(at(20)) == 0


def test_who_is_asked_says_that_she_comes_or_gives_the_time_back(hall: Hall) -> None:
    slot = hall.open(DAY + 10)
    booking = hall.book(slot)
    hall.refused(lambda: hall.write(actions.say_coming, booking, hall.seekers[1], NOW), Exception)
    hall.write(actions.say_coming, booking, hall.seekers[0], at(5))
    hall.write(actions.say_coming, booking, hall.seekers[0], at(9))
    row = hall.booking(booking)
    assert (row.coming_at, row.rev, row.time_rev) == (at(5), 1, 0)
    # An hour before cancelling is over; giving back is not.
    hall.refused(lambda: hall.write(actions.cancel, booking, hall.seekers[0], at(DAY)), rules.TooLate)
    assert hall.write(actions.give_back, booking, hall.seekers[0], at(DAY)) == 2
    assert hall.booking(booking).status == "cancelled"
    assert hall.slot(slot).closed_at is None
    hall.refused(lambda: hall.write(actions.give_back, booking, hall.seekers[0], at(DAY)), rules.Ended)
    with hall.database.read() as session:
        assert audit.breaches(session) == []


def test_nothing_is_given_back_once_it_has_begun(hall: Hall) -> None:
    booking = hall.book(hall.open(60))
    for act in (actions.give_back, actions.say_coming):
        hall.refused(lambda act=act: hall.write(act, booking, hall.seekers[0], at(60)), rules.Ended)  # type: ignore[misc]


def test_one_tap_without_signing_in(app: Flask) -> None:
    hall = Hall(db.of(app), ends_at=at(4 * DAY))
    slots = hall.open(DAY + 10, DAY + 40)
    first, second = hall.book(slots[0], 0), hall.book(slots[1], 1)
    client = app.test_client()
    with time_machine.travel(at(10), tick=False):
        address = f"/coming/{pushes.coming_secret(first, hall.seekers[0], 0)}"
        page = client.get(address)
        assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
        assert "갈게요" in page.text
        assert hall.booking(first).coming_at is None
        assert client.post(address, data={"answer": "perhaps", "rev": "0"}).status_code == 422
        assert client.post(address, data={"answer": "yes", "rev": "0"}).status_code == 303
        assert hall.booking(first).coming_at == at(10)
        assert "오신다고 알려 주셨어요" in client.get(address).text
        with hall.database.read() as session:
            stand = outcomes.booth_stand(session, hall.booth)
            lines = outcomes.day_of(session, stand, (at(0), at(3 * DAY)))
        assert [(line.id, line.coming) for line in lines] == [(first, True), (second, False)]
        other = f"/coming/{pushes.coming_secret(second, hall.seekers[1], 0)}"
        assert client.post(other, data={"answer": "no", "rev": "0"}).status_code == 303
        assert hall.booking(second).status == "cancelled"
        assert client.post(other, data={"answer": "no", "rev": "0"}).status_code == 409
        for wrong in (address[:-2], f"/coming/{pushes.coming_secret(first, hall.seekers[1], 0)}", "/coming/x"):
            assert client.get(wrong).status_code == 404
            assert client.post(wrong, data={"answer": "no", "rev": "0"}).status_code == 404
        assert hall.booking(first).status == "confirmed"


def test_a_page_that_shows_the_old_time_answers_nothing_for_the_new_one(app: Flask) -> None:
    hall = Hall(db.of(app), ends_at=at(4 * DAY))
    slots = hall.open(DAY + 10, DAY + 40)
    booking = hall.book(slots[0], 0)
    client, address = app.test_client(), f"/coming/{pushes.coming_secret(booking, hall.seekers[0], 0)}"
    with time_machine.travel(at(10), tick=False):
        hall.write(actions.reschedule, booking, slots[1], hall.seekers[0], at(10))
        for answer in ("yes", "no"):
            for seen in ("0", "", "x"):
                refused = client.post(address, data={"answer": answer, "rev": seen})
                assert (refused.status_code, "새로 고친 뒤" in refused.text) == (412, True)
        row = hall.booking(booking)
        assert (row.status, row.coming_at, row.time_rev) == ("confirmed", None, 1)
        assert "시간이 바뀐 예약이에요" in client.get(address).text
        assert client.post(address, data={"answer": "yes", "rev": "1"}).status_code == 303
        assert hall.booking(booking).coming_at == at(10)
