"""Invitations, the waiting list for booths, withdrawals, and reminders of the hiring intent; who is told."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import db, mail
from fairapp.booths import actions, jobs, rules
from fairapp.booths.models import Booth
from fairapp.errors import NotFound
from fairapp.live.models import Outbox
from tests import factories
from tests.factories import NOW

LATER = NOW + timedelta(hours=1)


def make_fair(app: Flask, employers: int, **changes: Any) -> tuple[int, list[int]]:
    """Return a fair and employers with a recruiter each."""

    def make(session: Session) -> tuple[int, list[int]]:
        fair = factories.make_fair(session, **changes)
        ids = [factories.make_employer(session).id for _ in range(employers)]
        for one in ids:
            factories.make_membership(session, role="recruiter", employer_id=one)
        return fair.id, ids

    return db.of(app).write(make)


def statuses(app: Flask, fair: int) -> list[str]:
    """Return the status of each booth of the fair, in order."""
    with db.of(app).read() as session:
        return list(session.scalars(select(Booth.status).where(Booth.fair_id == fair).order_by(Booth.id)))


def letters(app: Flask) -> list[tuple[str, str]]:
    """Return kind and text of every letter that is still wanted."""
    found = []
    with db.of(app).read() as session:
        for row in session.scalars(select(Outbox).order_by(Outbox.id)):
            plain = mail.OutboxRow(*(getattr(row, name) for name in mail.OutboxRow.__slots__))
            rendered = mail.renderers[row.kind](session, plain, "ko", LATER)
            if rendered is not None:
                found.append((row.kind, rendered.text))
    return found


def test_an_invitation_is_written_and_taken(app_on_both: Flask) -> None:
    app = app_on_both
    fair, (one, other) = make_fair(app, 2)
    write = db.of(app).write
    by = write(lambda session: factories.make_account(session).id)
    assert write(actions.invite, fair, [one, other, 999], by, NOW) == 2
    assert write(actions.invite, fair, [one, other], by, NOW) == 0  # they are invited already
    assert statuses(app, fair) == ["invited", "invited"]
    assert [kind for kind, _ in letters(app)] == ["booth.invited"] * 2
    assert write(actions.accept_invitation, 1, LATER) == "approved"
    with pytest.raises(NotFound):
        write(actions.accept_invitation, 1, LATER)
    write(actions.withdraw_booth, 2, LATER)
    assert statuses(app, fair) == ["approved", "withdrawn"]
    told = letters(app)
    assert [kind for kind, _ in told] == ["booth.approved"]  # an invitation that was answered is not sent any more
    assert "공고를 올리고 면접 시간을 열어 주세요" in told[0][1]
    with pytest.raises(rules.FairOver):
        write(actions.invite, fair, [other], by, NOW + timedelta(days=9))


def test_who_is_approved_beyond_the_last_booth_waits_and_gets_the_next(app_on_both: Flask) -> None:
    app = app_on_both
    fair, employers = make_fair(app, 4, booth_limit=2)
    write = db.of(app).write
    booths = [write(actions.apply_for_booth, fair, one, NOW) for one in employers]
    write(actions.approve_booths, fair, booths[:1], None, NOW)
    write(actions.approve_booths, fair, booths[1:], None, LATER)
    assert statuses(app, fair) == ["approved", "approved", "waiting", "waiting"]
    assert [kind for kind, _ in letters(app)] == ["booth.approved", "booth.approved", "booth.waiting", "booth.waiting"]
    write(actions.withdraw_booth, booths[0], LATER)
    assert statuses(app, fair) == ["withdrawn", "approved", "approved", "waiting"]
    write(actions.reject_booths, fair, [booths[1]], "자리가 없어요", None, LATER)
    assert statuses(app, fair) == ["withdrawn", "rejected", "approved", "approved"]
    write(actions.approve_booths, fair, [booths[0], booths[1]], None, LATER + timedelta(hours=1))
    assert statuses(app, fair) == ["withdrawn", "waiting", "approved", "approved"]  # who withdrew stays away


def test_two_organizers_never_approve_more_than_there_are_booths(app_on_both: Flask) -> None:
    app = app_on_both
    fair, employers = make_fair(app, 12, booth_limit=3)
    database = db.of(app)
    booths = [database.write(actions.apply_for_booth, fair, one, NOW) for one in employers]

    def approve(some: list[int]) -> None:
        for one in some:
            database.write(actions.approve_booths, fair, [one], None, NOW)

    threads = [threading.Thread(target=approve, args=(booths[n::3],)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses(app, fair)) == ["approved"] * 3 + ["waiting"] * 9


def test_who_has_a_booth_is_not_invited_and_who_was_refused_may_be(app_on_both: Flask) -> None:
    app, write = app_on_both, db.of(app_on_both).write
    fair, (one,) = make_fair(app, 1)
    booth = write(actions.apply_for_booth, fair, one, NOW)
    assert write(actions.invite, fair, [one], None, NOW) == 0
    write(actions.reject_booths, fair, [booth], "자리가 없어요", None, NOW)
    assert write(actions.invite, fair, [one], None, NOW) == 1
    assert statuses(app, fair) == ["invited"]


def test_applications_end_when_the_fair_says_so(app: Flask) -> None:
    fair, (one, other) = make_fair(app, 2, applications_until=LATER)
    db.of(app).write(actions.apply_for_booth, fair, one, NOW)
    with pytest.raises(rules.ApplicationsClosed):
        db.of(app).write(actions.apply_for_booth, fair, other, LATER)


def test_a_booth_is_asked_once_before_its_intent_lapses(app_on_both: Flask) -> None:
    app = app_on_both
    fair, (one,) = make_fair(app, 1, ends_at=NOW + timedelta(days=30))
    write = db.of(app).write
    booth = write(actions.apply_for_booth, fair, one, NOW)
    write(actions.approve_booths, fair, [booth], None, NOW)
    with app.app_context():
        assert jobs.remind_lapsing(NOW + timedelta(days=5)) == 0
        assert jobs.remind_lapsing(NOW + timedelta(days=6, minutes=1)) == 1
        assert jobs.remind_lapsing(NOW + timedelta(days=6, minutes=9)) == 0
    write(actions.confirm_intent, [booth], NOW + timedelta(days=6, hours=1))
    with app.app_context():
        assert jobs.remind_lapsing(NOW + timedelta(days=12)) == 0
        assert jobs.remind_lapsing(NOW + timedelta(days=13)) == 1
    with db.of(app).read() as session:
        assert len([kind for kind in session.scalars(select(Outbox.kind)) if kind == "booth.reminder"]) == 2
