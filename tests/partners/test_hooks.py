"""Webhooks: every change reaches the address at least once, in order, signed, however the receiver behaves."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.booths import actions as booths
from fairapp.partners import actions, jobs, rules
from fairapp.partners.models import Delivery, Webhook
from tests.casting import Cast
from tests.conftest import settings_for
from tests.factories import NOW
from tests.partners.conftest import published
from tests.partners.receiver import Message, Receiver, receiver
from tests.partners.test_changes import fields

KEY = "a key for tests only"
ANYWHERE = {"plain": True, "anywhere": True}


@pytest.fixture
def partner() -> Iterator[Receiver]:
    """Run a partner's receiver."""
    with receiver() as found:
        yield found


@pytest.fixture(autouse=True)
def anywhere(request: pytest.FixtureRequest) -> None:
    """Let webhooks go to this machine."""
    both = "app_on_both" in request.fixturenames
    app: Flask = request.getfixturevalue("app_on_both" if both else "app")
    app.config["SETTINGS"] = settings_for(app.config["SETTINGS"].database_url, FAIRAPP_WEBHOOKS="anywhere")


def hook_of(app: Flask, cast: Cast, url: str, *topics: str) -> int:
    made = rules.HookFields(url, topics or ("listing",))
    return db.of(app).write(actions.make_hook, cast.agency, made, 1, NOW, **ANYWHERE)


def secret_of(hook: int, version: int = 1) -> str:
    return rules.said(rules.secret_of(KEY, hook, version))


def kept(app: Flask, hook: int) -> list[tuple[str, str, int, int | None]]:
    with db.of(app).read() as session:
        rows = session.scalars(select(Delivery).where(Delivery.webhook_id == hook).order_by(Delivery.id))
        return [(row.kind, row.state, row.tries, row.status) for row in rows]


def open_one(app: Flask, cast: Cast, now: datetime = NOW) -> int:
    made = db.of(app).write(booths.open_listing, cast.booth, fields(closes_at=NOW + timedelta(days=20)), None, now)
    published(now)
    return made


def titles(message: Message) -> list[tuple[str, str]]:
    return [(one["kind"], one["id"]) for one in message.says["data"]["items"]]


def test_changes_arrive_signed_and_say_from_where_to_where(
    app_on_both: Flask, cast_on_both: Cast, partner: Receiver
) -> None:
    app, cast = app_on_both, cast_on_both
    published()
    hook = hook_of(app, cast, partner.url)
    assert jobs.deliver(NOW) == 0  # what was before is read from the list
    first = open_one(app, cast)
    assert jobs.deliver(NOW) == 1
    second = [open_one(app, cast), open_one(app, cast)]
    assert jobs.deliver(NOW) == 1
    assert [titles(one) for one in partner.messages] == [
        [("listing.opened", str(first))],
        [("listing.opened", str(one)) for one in second],
    ]
    a, b = (one.says for one in partner.messages)
    assert (a["type"], a["timestamp"], a["data"]["reset"]) == ("changes", "2026-11-24T01:00:00Z", False)
    assert a["data"]["cursor"] == b["data"]["after"]
    assert b["data"]["items"][-1]["cursor"] == b["data"]["cursor"]
    assert all(one.is_signed_with(secret_of(hook)) for one in partner.messages)
    assert not any(one.is_signed_with(secret_of(hook + 1)) for one in partner.messages)
    assert len({one.id for one in partner.messages}) == 2
    assert kept(app, hook) == [("changes", "sent", 1, 204)] * 2
    assert jobs.deliver(NOW) == 0


def test_only_the_topics_that_were_chosen_arrive(app: Flask, cast: Cast, partner: Receiver) -> None:
    published()
    hook_of(app, cast, f"{partner.url}/booths", "booth")
    hook_of(app, cast, f"{partner.url}/fairs", "fair")
    open_one(app, cast)
    assert jobs.deliver(NOW) == 0
    db.of(app).write(booths.withdraw_booth, cast.booth, NOW)
    published()
    jobs.deliver(NOW)
    assert [titles(one) for one in partner.messages] == [[("booth.closed", str(cast.booth))]]


@pytest.mark.parametrize("how", [500, 404, 301, "redirect", "drop"])
def test_who_does_not_take_it_gets_the_same_again_later_and_nothing_before_it(
    app_on_both: Flask, cast_on_both: Cast, partner: Receiver, how: Any
) -> None:
    app, cast = app_on_both, cast_on_both
    published()
    hook = hook_of(app, cast, partner.url)
    first = open_one(app, cast)
    partner.answers = [how, how]
    assert jobs.deliver(NOW) == 1
    second = open_one(app, cast)
    assert jobs.deliver(NOW + timedelta(seconds=1)) == 0
    assert jobs.deliver(NOW + timedelta(seconds=3)) == 1
    assert jobs.deliver(NOW + timedelta(seconds=10)) == 0
    later = NOW + timedelta(seconds=20)
    assert jobs.deliver(later) == 2
    assert [titles(one)[0][1] for one in partner.messages] == [str(first)] * 3 + [str(second)]
    assert len({one.id for one in partner.messages[:3]}) == 1
    assert len({one.body for one in partner.messages[:3]}) == 1
    stamps = [int((NOW + timedelta(seconds=n)).timestamp()) for n in (0, 3, 20)]
    assert [one.timestamp for one in partner.messages[:3]] == stamps
    assert all(one.is_signed_with(secret_of(hook)) for one in partner.messages)


def test_a_sender_that_was_killed_leaves_nothing_behind_and_its_late_answer_changes_nothing(
    app_on_both: Flask, cast_on_both: Cast, partner: Receiver
) -> None:
    app, cast = app_on_both, cast_on_both
    published()
    hook = hook_of(app, cast, partner.url)
    open_one(app, cast)
    db.of(app).write(actions.queue_deliveries, NOW)
    (taken,) = db.of(app).write(actions.claim_deliveries, NOW)
    assert db.of(app).write(actions.claim_deliveries, NOW) == []
    assert jobs.deliver(NOW + timedelta(seconds=30)) == 0
    assert jobs.deliver(NOW + timedelta(seconds=31)) == 1
    db.of(app).write(actions.record_delivery, taken, NOW, 500, "HTTP 500", 0.5)
    assert kept(app, hook) == [("changes", "sent", 2, 204)]


def test_two_processes_make_one_message(app: Flask, cast: Cast) -> None:
    published()
    hook = hook_of(app, cast, "http://127.0.0.1:1")
    open_one(app, cast)
    assert db.of(app).write(actions.queue_deliveries, NOW) == 1
    assert db.of(app).write(actions.queue_deliveries, NOW) == 0
    assert len(kept(app, hook)) == 1


def test_an_address_that_says_gone_is_left_alone_at_once(app: Flask, cast: Cast, partner: Receiver) -> None:
    published()
    hook = hook_of(app, cast, partner.url)
    open_one(app, cast)
    partner.answers = [410]
    jobs.deliver(NOW)
    with db.of(app).read() as session:
        assert session.get_one(Webhook, hook).state == "dead"


def test_one_that_was_sent_is_sent_again_under_its_own_id(app: Flask, cast: Cast, partner: Receiver) -> None:
    published()
    hook = hook_of(app, cast, partner.url)
    open_one(app, cast)
    jobs.deliver(NOW)
    db.of(app).write(actions.send_again, cast.agency, hook, 1, 1, NOW)
    jobs.deliver(NOW)
    a, b = partner.messages
    assert (a.id, a.body) == (b.id, b.body)
    assert kept(app, hook) == [("changes", "sent", 1, 204), ("again", "sent", 1, 204)]


def test_a_test_message_is_tried_once_and_keeps_nothing_waiting(app: Flask, cast: Cast, partner: Receiver) -> None:
    published()
    hook = hook_of(app, cast, partner.url)
    partner.answers = [500]
    db.of(app).write(actions.send_test, cast.agency, hook, NOW)
    assert jobs.deliver(NOW) == 1
    assert jobs.deliver(NOW + timedelta(days=1)) == 0
    db.of(app).write(actions.send_test, cast.agency, hook, NOW)
    jobs.deliver(NOW)
    assert [one.says for one in partner.messages] == [
        {"type": "ping", "timestamp": "2026-11-24T01:00:00Z", "data": {}}
    ] * 2
    assert kept(app, hook) == [("test", "failed", 1, 500), ("test", "sent", 1, 204)]
    with db.of(app).read() as session:
        assert session.get_one(Webhook, hook).state == "active"


def test_for_a_day_after_renewal_both_secrets_sign(app: Flask, cast: Cast, partner: Receiver) -> None:
    published()
    hook = hook_of(app, cast, partner.url)
    assert db.of(app).write(actions.renew_secret, cast.agency, hook, 1, NOW) == 2
    for now in (NOW, NOW + timedelta(hours=23), NOW + timedelta(hours=24)):
        db.of(app).write(actions.send_test, cast.agency, hook, now)
        jobs.deliver(now)
    seen = [[one.is_signed_with(secret_of(hook, version)) for version in (1, 2)] for one in partner.messages]
    assert seen == [[True, True], [True, True], [False, True]]


def test_a_removed_webhook_gets_nothing_more_not_even_what_was_due(app: Flask, cast: Cast, partner: Receiver) -> None:
    published()
    hook = hook_of(app, cast, partner.url)
    open_one(app, cast)
    db.of(app).write(actions.queue_deliveries, NOW)
    db.of(app).write(actions.send_test, cast.agency, hook, NOW)
    db.of(app).write(actions.remove_hook, cast.agency, hook, 1, NOW)
    assert jobs.deliver(NOW) == 0
    assert partner.messages == []


def test_changes_that_were_forgotten_meanwhile_are_told_as_a_reset(app: Flask, cast: Cast, partner: Receiver) -> None:
    published()
    hook_of(app, cast, partner.url)
    open_one(app, cast)
    open_one(app, cast)
    jobs.forget_changes(NOW + timedelta(days=31))
    jobs.deliver(NOW)
    (message,) = partner.messages
    assert (message.says["data"]["reset"], message.says["data"]["items"]) == (True, [])


def test_a_hundred_changes_a_message_at_most(app: Flask, cast: Cast, partner: Receiver) -> None:
    published()
    hook_of(app, cast, partner.url)

    def many(session: Session) -> None:
        for _ in range(130):
            booths.open_listing(session, cast.booth, fields(), None, NOW)

    db.of(app).write(many)
    published()
    jobs.deliver(NOW)
    assert [len(titles(one)) for one in partner.messages] == [100, 30]


def test_an_agency_has_ten_webhooks_at_most(app: Flask, cast: Cast) -> None:
    made = [hook_of(app, cast, "http://127.0.0.1:1") for _ in range(rules.MOST_HOOKS)]
    with pytest.raises(rules.TooManyHooks):
        hook_of(app, cast, "http://127.0.0.1:1")
    db.of(app).write(actions.remove_hook, cast.agency, made[0], 1, NOW)
    hook_of(app, cast, "http://127.0.0.1:1")


def test_old_deliveries_are_forgotten_but_never_one_that_waits(app: Flask, cast: Cast, partner: Receiver) -> None:
    published()
    hook = hook_of(app, cast, partner.url)
    open_one(app, cast)
    jobs.deliver(NOW)
    partner.answers = [410]
    open_one(app, cast)
    jobs.deliver(NOW)
    assert jobs.forget_deliveries(NOW + timedelta(days=31)) == 1
    assert kept(app, hook) == [("changes", "failed", 1, 410)]
