"""Webhooks that failed: what waits, what stops, who hears of it, and how an organizer has it sent again."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from fairapp import db
from fairapp.accounts.models import Membership
from fairapp.live.models import Outbox
from fairapp.mail import OutboxRow
from fairapp.partners import actions, jobs, rules
from fairapp.partners.models import Delivery, Webhook
from fairapp.partners.pushes import LETTERS
from tests.casting import Cast
from tests.factories import NOW
from tests.partners.conftest import published
from tests.partners.receiver import Receiver, receiver
from tests.partners.test_hooks import anywhere, hook_of, kept, open_one, partner, titles

__all__ = ["anywhere", "partner"]  # fixtures


def row_of(letter: Outbox) -> OutboxRow:
    return OutboxRow(**{name: getattr(letter, name) for name in OutboxRow.__annotations__})


def test_after_three_days_it_is_dead_until_somebody_sends_again_and_then_nothing_is_missing(
    app: Flask, cast: Cast
) -> None:
    published()
    with receiver() as partner:
        hook = hook_of(app, cast, partner.url)
    first, now = open_one(app, cast), NOW
    for _ in range(40):
        jobs.deliver(now)
        now += timedelta(hours=30)
    assert kept(app, hook) == [("changes", "failed", len(rules.RETRY_SECONDS) + 1, None)]
    second = open_one(app, cast, NOW + timedelta(days=1))
    assert jobs.deliver(now) == 0
    with db.of(app).read() as session:
        assert session.get_one(Webhook, hook).state == "dead"
        (failed,) = session.scalars(select(Delivery.id))
        letters = session.scalars(select(Outbox).where(Outbox.kind == "webhook.died")).all()
        staff = select(Membership.account_id).where(Membership.agency_id == cast.agency, Membership.role == "organizer")
        assert [one.account_id for one in letters] == session.scalars(staff).all()
        assert len(letters) == 1
        said = LETTERS["webhook.died"](session, row_of(letters[0]), "ko", NOW)
    assert said is not None
    assert said.subject == "웹훅이 멈췄어요"
    assert f"/agencies/{cast.agency}/webhooks/{hook}" in said.text
    with receiver() as partner:
        db.of(app).write(lambda session: session.execute(update(Webhook).values(url=partner.url)))
        db.of(app).write(actions.send_again, cast.agency, hook, failed, 1, NOW)
        with pytest.raises(rules.AlreadyWaiting):
            db.of(app).write(actions.send_again, cast.agency, hook, failed, 1, NOW)
        assert jobs.deliver(NOW) == 2
        assert [titles(one)[0][1] for one in partner.messages] == [str(first), str(second)]
    with db.of(app).read() as session:  # nothing is said of what goes on again
        assert LETTERS["webhook.died"](session, row_of(session.get_one(Outbox, letters[0].id)), "ko", NOW) is None


def test_what_waits_for_its_next_try_is_brought_at_once_when_somebody_says_so(
    app_on_both: Flask, cast_on_both: Cast, partner: Receiver
) -> None:
    app, cast = app_on_both, cast_on_both
    published()
    hook = hook_of(app, cast, partner.url)
    partner.answers = [500] * 5
    open_one(app, cast)
    now = NOW
    while partner.answers:
        jobs.deliver(now)
        now += timedelta(minutes=3)
    assert jobs.deliver(now) == 0  # the next try is minutes away
    with db.of(app).read() as session:
        (waiting,) = session.scalars(select(Delivery.id))
    db.of(app).write(actions.send_again, cast.agency, hook, waiting, 1, now)
    with pytest.raises(rules.AlreadyWaiting):
        db.of(app).write(actions.send_again, cast.agency, hook, waiting, 1, now)
    assert jobs.deliver(now) == 1
    assert kept(app, hook) == [("changes", "sent", 6, 204)]
