"""The rules of the fair and the host, without a database: when to book, quotas, limits, and the way between two places."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fairapp.errors import AppError
from fairapp.scheduling import rules
from fairapp.scheduling.rules import Near, Place, Wish, grains
from tests.factories import NOW
from tests.scheduling.facts import HOUR, SLOT

MINUTE = timedelta(minutes=1)
ASKS = Wish(request=True)


@pytest.mark.parametrize(
    ("changes", "wish", "refused"),
    [
        ({}, Wish(), False),
        ({"opens_at": NOW}, Wish(), False),
        ({"opens_at": NOW + MINUTE}, Wish(), True),
        ({"for_line": True}, Wish(), True),
        ({"book_minutes": 60}, Wish(), False),
        ({"book_minutes": 61}, Wish(), True),
        ({"ahead_days": 1}, Wish(), False),
        ({"ahead_days": 0}, Wish(), True),
        ({"requests_only": True, "request_minutes": 30}, Wish(), True),
        ({"requests_only": True, "request_minutes": 30}, Wish(hold=True), True),
        ({"requests_only": True, "request_minutes": 30}, ASKS, False),
        ({"request_minutes": 30}, ASKS, False),
        ({"request_minutes": 30}, Wish(), False),
        ({}, ASKS, True),
    ],
)
def test_when_and_how_a_slot_is_booked(changes: dict[str, Any], wish: Wish, refused: bool) -> None:
    slot = replace(SLOT, **changes)
    if refused:
        with pytest.raises(rules.NotOpen):
            rules.check_policy(slot, wish, NOW)
    else:
        rules.check_policy(slot, wish, NOW)


@pytest.mark.parametrize(
    ("minutes", "starts", "until"),
    [
        (30, NOW + HOUR, NOW + 30 * MINUTE),
        (90, NOW + HOUR, NOW + HOUR),  # never past the start
        (60 * 24 * 9, NOW + 240 * HOUR, NOW + timedelta(days=3)),  # however long the booth would let it
    ],
)
def test_a_request_keeps_its_time_no_longer_than_the_booth_allows(minutes: int, starts: Any, until: Any) -> None:
    assert rules.requested_until(replace(SLOT, request_minutes=minutes, starts_at=starts), NOW) == until


@pytest.mark.parametrize(
    ("quota", "relaxes", "already", "refused"),
    [
        (None, 0, 99, False),
        (2, 0, 1, False),
        (2, 0, 2, True),
        (2, 59, 2, True),
        (2, 60, 2, False),  # SLOT begins in an hour
        (1, 120, 5, False),
    ],
)
def test_a_quota_holds_until_the_day_is_near(quota: int | None, relaxes: int, already: int, refused: bool) -> None:
    slot = replace(SLOT, quota=quota, quota_relaxes_minutes=relaxes)
    if refused:
        with pytest.raises(rules.QuotaReached):
            rules.check_quota(slot, already, NOW)
    else:
        rules.check_quota(slot, already, NOW)


def _times(*minutes: tuple[int, int]) -> list[tuple[Any, Any]]:
    return [(SLOT.starts_at + a * MINUTE, SLOT.starts_at + b * MINUTE) for a, b in minutes]


@pytest.mark.parametrize(
    ("taken", "row"),
    [
        ([], 1),
        ([(-20, 0)], 2),
        ([(-20, 0), (60, 80)], 3),
        ([(-40, -20), (-20, 0)], 3),
        ([(-45, -25), (-20, 0)], 2),  # five minutes of rest end a row
        ([(-24, -4)], 2),  # less than that do not
        ([(65, 85)], 1),
        ([(-100, -80), (100, 120)], 1),
    ],
)
def test_meetings_in_a_row(taken: list[tuple[int, int]], row: int) -> None:
    assert rules.row_of(SLOT.starts_at, SLOT.ends_at, _times(*taken)) == row


@pytest.mark.parametrize(
    ("limits", "in_day", "in_fair", "refused"),
    [
        ({}, 9, 99, False),
        ({"per_day": 3}, 2, 9, False),
        ({"per_day": 3}, 3, 9, True),
        ({"per_fair": 10}, 0, 9, False),
        ({"per_fair": 10}, 0, 10, True),
        ({"in_row": 3}, 9, 9, False),
        ({"in_row": 2}, 9, 9, True),
    ],
)
def test_a_host_takes_no_more_than_her_limit(limits: dict[str, int], in_day: int, in_fair: int, refused: bool) -> None:
    slot, taken = replace(SLOT, **limits), _times((-40, -20), (-20, 0))
    if refused:
        with pytest.raises(rules.HostBusy):
            rules.check_host(slot, in_day, in_fair, taken)
    else:
        rules.check_host(slot, in_day, in_fair, taken)


SPAN = range(100, 104)
HALL, CAFE, SCREEN = Place(1, 10), Place(2, 25), Place(None)


def _near(grain: int, place: Place) -> Near:
    return Near(grain, place.site_id, None, place.reach_minutes)


@pytest.mark.parametrize(
    ("place", "near", "ways", "refused"),
    [
        (HALL, [], {}, False),
        (HALL, [_near(99, HALL)], {}, False),  # the same place: no way
        (HALL, [_near(99, SCREEN)], {}, True),
        (HALL, [_near(98, SCREEN)], {}, True),  # five minutes for ten
        (HALL, [_near(97, SCREEN)], {}, False),
        (SCREEN, [_near(104, HALL)], {}, True),
        (SCREEN, [_near(106, HALL)], {}, False),
        (HALL, [_near(94, CAFE)], {}, False),  # 25 minutes, the longer reach of the two
        (HALL, [_near(95, CAFE)], {}, True),
        (HALL, [_near(94, CAFE)], {(1, 2): 40}, True),
        (CAFE, [_near(104, HALL)], {(1, 2): 0}, False),
        (HALL, [_near(90, CAFE), _near(105, SCREEN)], {}, True),
    ],
)
def test_the_way_between_two_places_is_kept_free(
    place: Place, near: list[Near], ways: dict[tuple[int, int], int], refused: bool
) -> None:
    assert (rules.check_way(SPAN, place, near, ways) is not None) == refused


def test_refusals_of_policy_are_conflicts_with_their_own_names() -> None:
    found: set[str] = {one.slug for one in (rules.QuotaReached, rules.NotReady, rules.NoRequest)}
    assert found == {"quota-reached", "not-ready", "no-request"}
    assert all(issubclass(one, AppError) and one.status == 409 for one in (rules.QuotaReached, rules.NotReady))


def test_a_host_is_busy_with_her_buffers() -> None:
    slot = replace(SLOT, busy_from=SLOT.starts_at - 5 * MINUTE, busy_until=SLOT.ends_at + 10 * MINUTE)
    assert slot.grains == grains(SLOT.starts_at, SLOT.ends_at)
    assert (len(slot.grains), len(slot.busy_grains)) == (12, 15)
