"""Letters: sent once each, repeated with the same Message-ID when that is not certain, kept when the mail server fails."""

import signal
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_babel import get_locale
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fairapp import create_app, db, mail
from fairapp.accounts.models import Account
from fairapp.live import jobs
from fairapp.live.actions import Letter, claim_letters, forget_all_news, forget_news, forget_personal_news, post
from fairapp.live.models import News, NewsCounter, Outbox, PersonalNews
from tests import factories
from tests.conftest import settings_for
from tests.factories import NOW
from tests.live.telling import AT, say
from tests.servers import MailServer
from tests.servers.app import ROOT, app_env


def render(_session: Session, row: mail.OutboxRow, language: str, _now: datetime) -> mail.Rendered | None:
    """Render a letter of the tests."""
    if row.data.get("unwanted"):
        return None
    if row.data.get("broken"):
        raise KeyError("slot")
    return mail.Rendered(f"{row.data['subject']} ({language}, {get_locale()})", "본문이에요.\n")


@pytest.fixture
def mailing(app: Flask, mail: MailServer) -> Iterator[Flask]:
    """Return the app with a real mail server and letters of kind `test`."""
    settings = settings_for(str(db.of(app).url), MAIL_URL=mail.url)
    app.config["SETTINGS"] = settings
    _renderers().update({"test": render, "account.test": render})
    yield app
    del _renderers()["test"], _renderers()["account.test"]


def _renderers() -> dict[str, Any]:
    return mail.renderers


def write_letters(database: db.Database, count: int, **changes: Any) -> list[str]:
    """Post letters and return the addresses they go to."""

    def act(session: Session) -> list[str]:
        people = [factories.make_account(session, language=changes.get("language", "ko")) for _ in range(count)]
        data = {"subject": "예약 확정"} | changes.get("data", {})
        due_at = changes.get("due_at", NOW)
        post(session, [Letter(f"k{one.id}", changes.get("kind", "test"), one.id, due_at, data) for one in people])
        return [one.email for one in people]

    return database.write(act)


def states(database: db.Database) -> list[tuple[str, int, datetime]]:
    with database.read() as session:
        rows = session.execute(select(Outbox.state, Outbox.tries, Outbox.due_at).order_by(Outbox.id))
        return [tuple(row) for row in rows]


def test_a_due_letter_is_sent_once_in_its_readers_language(mailing: Flask, mail: MailServer) -> None:
    [korean] = write_letters(db.of(mailing), 1)
    [english] = write_letters(db.of(mailing), 1, language="en")
    [later] = write_letters(db.of(mailing), 1, due_at=NOW + timedelta(minutes=1))
    assert jobs.send_due(NOW) == 2
    assert jobs.send_due(NOW) == 0
    assert [letter.subject for letter in mail.to(korean)] == ["예약 확정 (ko, ko)"]
    assert [letter.subject for letter in mail.to(english)] == ["예약 확정 (en, en)"]
    assert mail.to(later) == []
    assert [state for state, _, _ in states(db.of(mailing))] == ["sent", "sent", "due"]
    assert jobs.send_due(NOW + timedelta(minutes=1)) == 1
    assert len(mail.letters) == 3


def test_a_letter_is_posted_once_for_a_cause(mailing: Flask) -> None:
    one = Letter("booking:1", "test", None, NOW, {"subject": "x"}, "somebody@example.kr")
    for _ in range(2):
        db.of(mailing).write(post, [one])
    assert len(states(db.of(mailing))) == 1


def test_more_letters_than_are_claimed_at_once_all_go_out(mailing: Flask, mail: MailServer) -> None:
    addresses = write_letters(db.of(mailing), 45)
    assert jobs.send_due(NOW) == 45
    assert sorted(letter.recipients[0] for letter in mail.letters) == sorted(addresses)


def test_letters_that_people_wait_for_go_first(mailing: Flask, mail: MailServer) -> None:
    early = [
        address for _ in range(12) for address in write_letters(db.of(mailing), 1, due_at=NOW - timedelta(hours=1))
    ]
    [waited_for] = write_letters(db.of(mailing), 1, kind="account.test")
    jobs.send_due(NOW)
    assert [letter.recipients[0] for letter in mail.letters] == [waited_for, *early]


@pytest.mark.parametrize(("others", "rested"), [(0.0, 0.0), (0.2, 0.0), (0.21, 0.19), (0.9, 0.19)])
def test_the_post_rests_while_others_are_busy_in_its_process(others: float, rested: float) -> None:
    assert jobs.rest(0.01, others) == pytest.approx(rested)


def test_a_letter_nobody_wants_any_more_is_dropped(mailing: Flask, mail: MailServer) -> None:
    database = db.of(mailing)
    write_letters(database, 1, data={"unwanted": True})
    [gone] = write_letters(database, 1)
    database.write(
        lambda session: session.execute(update(Account).where(Account.email == gone).values(disabled_at=NOW)) and None
    )
    database.write(post, [Letter("nobody", "test", None, NOW, {"subject": "x"})])
    jobs.send_due(NOW)
    assert [state for state, _, _ in states(database)] == ["dropped"] * 3
    assert mail.letters == []


def test_a_busy_mail_server_is_tried_again_later_and_later(mailing: Flask, mail: MailServer) -> None:
    database, now = db.of(mailing), NOW
    [address] = write_letters(database, 1)
    mail.fail_next(9)
    waits = []
    for _ in range(9):
        assert jobs.send_due(now) == 1
        [(state, _, due_at)] = states(database)
        assert state == "due"
        assert jobs.send_due(due_at - timedelta(seconds=1)) == 0
        waits.append((due_at - now).total_seconds() / 60)
        now = due_at
    assert waits == [1, 5, 15, 60, 120, 240, 480, 720, 1440]
    assert jobs.send_due(now) == 1
    assert states(database) == [("sent", 10, now)]
    assert len(mail.to(address)) == 1


def test_after_ten_failures_a_letter_is_given_up(mailing: Flask, mail: MailServer) -> None:
    database, now = db.of(mailing), NOW
    write_letters(database, 1)
    mail.fail_next(10)
    for _ in range(10):
        assert jobs.send_due(now) == 1
        [(state, _, now)] = states(database)
    assert state == "failed"
    assert jobs.send_due(now + timedelta(days=9)) == 0
    with database.read() as session:
        assert "451" in (session.scalar(select(Outbox.error)) or "")


def test_a_refusal_for_good_is_not_tried_again_and_the_next_letter_goes_out(mailing: Flask, mail: MailServer) -> None:
    write_letters(db.of(mailing), 2)
    mail.fail_next(1, "550 5.1.1 No such person")
    jobs.send_due(NOW)
    assert [state for state, _, _ in states(db.of(mailing))] == ["failed", "sent"]


def test_a_fault_of_ours_holds_up_no_other_letter(mailing: Flask, mail: MailServer) -> None:
    write_letters(db.of(mailing), 1, data={"broken": True})
    write_letters(db.of(mailing), 1, kind="unheard-of")
    write_letters(db.of(mailing), 1)
    jobs.send_due(NOW)
    assert [(state, tries) for state, tries, _ in states(db.of(mailing))] == [("due", 1), ("due", 1), ("sent", 1)]


def test_an_unreachable_server_is_asked_once_a_batch(mailing: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    mailing.config["SETTINGS"] = settings_for(str(db.of(mailing).url), MAIL_URL="smtp://127.0.0.1:1")
    asked = []
    connect = smtplib.SMTP.connect
    monkeypatch.setattr(smtplib.SMTP, "connect", lambda self, *given: asked.append(given) or connect(self, *given))
    write_letters(db.of(mailing), 5)
    jobs.send_due(NOW)
    assert len(asked) == 1
    assert [state for state, _, _ in states(db.of(mailing))] == ["due"] * 5


def test_a_letter_whose_sender_died_is_sent_again_by_another(mailing: Flask, mail: MailServer) -> None:
    write_letters(db.of(mailing), 1)
    [claimed] = db.of(mailing).write(claim_letters, NOW)
    assert jobs.send_due(NOW + timedelta(minutes=2)) == 0
    assert jobs.send_due(NOW + timedelta(minutes=2, seconds=1)) == 1
    assert [letter.message_id for letter in mail.letters] == [claimed.message_id]


DIES = """
import os, signal, sys
from fairapp import create_app, db, mail
from fairapp.live import actions, jobs
from tests.factories import NOW
from tests.live.test_jobs import render
mail.renderers["test"] = render
app = create_app()
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
actions.record_letter = die  # the letter is with the mail server, its row does not know it yet
with app.app_context():
    jobs.send_due(NOW)
"""


def test_killed_between_sending_and_recording_it_repeats_the_same_letter(mailing: Flask, mail: MailServer) -> None:
    database = db.of(mailing)
    [address] = write_letters(database, 1)
    env = app_env({"DATABASE_URL": str(database.url), "MAIL_URL": mail.url}) | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", DIES], env=env, cwd=ROOT, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert len(mail.to(address)) == 1
    assert [state for state, _, _ in states(database)] == ["sending"]
    assert jobs.send_due(NOW + timedelta(minutes=3)) == 1
    first, second = mail.to(address)
    assert first.message_id == second.message_id
    assert [state for state, _, _ in states(database)] == ["sent"]


def test_two_senders_never_claim_the_same_letter(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    write_letters(database, 50)
    other = create_app(app_on_both.config["SETTINGS"])
    taken = []
    for _ in range(3):
        for one in (database, db.of(other)):
            taken += [row.id for row in one.write(claim_letters, NOW)]
    db.of(other).close()
    assert len(taken) == len(set(taken)) == 50


def test_old_news_is_forgotten_from_the_oldest_on(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    fair_id, account_id = database.write(
        lambda session: (factories.make_fair(session).id, factories.make_account(session).id)
    )
    for n in range(5):
        database.write(say, fair_id, [("a", n)], account_id)
    database.write(
        lambda session: session.execute(update(News).where(News.seq <= 3).values(at=AT - timedelta(days=40))) and None
    )
    database.write(
        lambda session: (
            session.execute(update(PersonalNews).where(PersonalNews.seq == 1).values(at=AT - timedelta(days=40)))
            and None
        )
    )
    assert [database.write(forget_all_news, AT - timedelta(days=30)) for _ in range(3)] == [3, 1, 0]
    with database.read() as session:
        assert list(session.scalars(select(News.seq).order_by(News.seq))) == [4, 5]
        assert list(session.scalars(select(PersonalNews.seq).order_by(PersonalNews.seq))) == [2, 3, 4, 5]
        assert session.execute(select(NewsCounter.seq, NewsCounter.oldest)).one() == (5, 4)
    assert database.write(forget_news, AT - timedelta(days=30)) == 0
    assert database.write(forget_personal_news, AT - timedelta(days=30)) == 0
