"""Limits of catching up, what a client may ask, and when a letter is tried again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fairapp.errors import Invalid
from fairapp.live.rules import Watch, must_reset, must_reset_mine, read_watch, retry_at


@pytest.mark.parametrize(
    ("after", "seq", "oldest", "reset"),
    [
        (0, 0, 1, False),
        (0, 500, 1, False),
        (0, 501, 1, True),
        (9, 10, 10, False),
        (8, 10, 10, True),
        (11, 10, 1, True),
        (10, 10, 11, False),
    ],
)
def test_when_all_is_to_be_reloaded(after: int, seq: int, oldest: int, reset: bool) -> None:
    assert must_reset(after, seq, oldest) is reset


@pytest.mark.parametrize(
    ("after", "seq", "found", "reset"), [(0, 0, 0, False), (2, 5, 3, False), (2, 5, 2, True), (6, 5, 0, True)]
)
def test_when_ones_own_is_to_be_reloaded(after: int, seq: int, found: int, reset: bool) -> None:
    assert must_reset_mine(after, seq, found) is reset


def test_what_a_client_may_ask() -> None:
    assert read_watch({"fair": "3", "after": 7, "after_mine": 0, "more": 1}) == Watch("3", 7, 0)
    assert read_watch({"fair": 3}) == Watch("3", None, None)


@pytest.mark.parametrize(
    "payload",
    [None, 3, "3", [], {}, {"fair": True}, {"fair": "x" * 61}, {"fair": "a\x00"}, {"fair": "3", "after": -1}]
    + [{"fair": "3", "after": bad} for bad in (True, "1", 1.0, 2**63)],
)
def test_what_cannot_be_read_is_invalid(payload: Any) -> None:
    with pytest.raises(Invalid):
        read_watch(payload)


def test_a_letter_is_tried_ten_times() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    waits = [retry_at(tries, now) for tries in range(1, 11)]
    assert waits[:4] == [now + timedelta(minutes=n) for n in (1, 5, 15, 60)]
    assert waits[8] == now + timedelta(days=1)
    assert waits[9] is None
