"""One message on its way out: to public addresses alone, and not for longer than it may take."""

import socket
from typing import Any

import pytest
from flask import Flask

from fairapp.partners import jobs
from fairapp.partners.jobs import posting
from tests.casting import Cast
from tests.factories import NOW
from tests.partners.conftest import published
from tests.partners.receiver import Receiver
from tests.partners.test_hooks import anywhere, hook_of, kept, open_one, partner

__all__ = ["anywhere", "partner"]


def test_one_that_is_slow_is_cut_off_and_does_not_keep_the_others_waiting(
    app: Flask, cast: Cast, partner: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    published()
    monkeypatch.setattr(posting, "ANSWER_WITHIN", 0.3)
    hooks = [hook_of(app, cast, partner.url) for _ in range(2)]
    open_one(app, cast)
    partner.answers = ["slow"]
    jobs.deliver(NOW)
    assert sorted(state for hook in hooks for _, state, _, _ in kept(app, hook)) == ["due", "sent"]


RESOLVED = ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.1.1", "::1", "fd00::1", "::ffff:127.0.0.1"]


@pytest.mark.parametrize("address", RESOLVED)
def test_a_name_that_leads_inside_is_refused_when_sending(
    app: Flask, cast: Cast, partner: Receiver, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 0)) for one in ("8.8.8.8", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)
    port = partner.url.rpartition(":")[2]
    with pytest.raises(posting.CannotDeliver, match="not a public address"):
        posting.post(f"http://rebind.example:{port}/", {}, b"", anywhere=False)
    assert partner.messages == []


def test_what_cannot_be_reached_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(posting.CannotDeliver, match="refused"):
        posting.post("http://127.0.0.1:1/", {}, b"", anywhere=True)

    def unknown(*_args: object, **_more: object) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(posting.CannotDeliver, match="not known"):
        posting.post("https://nowhere.example/", {}, b"", anywhere=False)
