"""Decisions on time, on plain values: grains, cutting hours, deadlines, and who may book."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fairapp.errors import AppError, Invalid
from fairapp.scheduling import rules
from tests.factories import NOW
from tests.scheduling.facts import SLOT

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FIVES = st.integers(0, 288).map(lambda n: timedelta(minutes=5 * n))
Times = tuple[datetime, datetime]

moments = st.integers(0, 2_000_000).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=n))


@given(start=moments, seconds=st.integers(1, 40_000))
def test_grains_cover_the_time_and_no_more(start: datetime, seconds: int) -> None:
    span = rules.grains(start, start + timedelta(seconds=seconds))
    assert span.start * 300 <= start.timestamp() < span.start * 300 + 300
    assert span.stop * 300 - 300 < start.timestamp() + seconds <= span.stop * 300


@given(one=moments, two=moments, lengths=st.tuples(st.integers(1, 9000), st.integers(1, 9000)))
def test_times_that_overlap_share_a_grain(one: datetime, two: datetime, lengths: tuple[int, int]) -> None:
    ends = one + timedelta(seconds=lengths[0]), two + timedelta(seconds=lengths[1])
    shared = set(rules.grains(one, ends[0])) & set(rules.grains(two, ends[1]))
    if one < ends[1] and two < ends[0]:
        assert shared
    on_grid = all(moment.timestamp() % 300 == 0 for moment in (one, two, *ends))
    if on_grid and not (one < ends[1] and two < ends[0]):
        assert not shared  # on the grid, meetings back to back never clash


def test_grains_of_twenty_minutes_are_four_whatever_the_zone() -> None:
    seoul = NOW.astimezone(rules_zone())
    assert len(rules.grains(NOW, NOW + 20 * MINUTE)) == 4
    assert rules.grains(seoul, seoul + 20 * MINUTE) == rules.grains(NOW, NOW + 20 * MINUTE)
    assert len(rules.grains(NOW, NOW + MINUTE)) == 1
    assert len(rules.grains(NOW + 4 * MINUTE, NOW + 6 * MINUTE)) == 2


def rules_zone() -> Any:
    """Return a fixed offset of nine hours, as Seoul has."""
    return datetime.fromisoformat("2026-11-24T10:00:00+09:00").tzinfo


@st.composite
def hours(draw: st.DrawFn) -> tuple[datetime, datetime, timedelta, timedelta, list[Times]]:
    """Draw hours of a host with length, gap and breaks, all on the five-minute grid."""
    start = NOW + draw(FIVES)
    end = start + draw(FIVES) + 5 * MINUTE
    length = 5 * MINUTE * draw(st.integers(1, 24))
    gap = 5 * MINUTE * draw(st.integers(0, 6))
    breaks = [
        (at, at + 5 * MINUTE * draw(st.integers(1, 30)))
        for at in (start - HOUR + draw(FIVES) for _ in range(draw(st.integers(0, 4))))
    ]
    return start, end, length, gap, breaks


@given(hours())
def test_cut_times_lie_within_the_hours_keep_the_gap_and_touch_no_break(given_hours: Any) -> None:
    start, end, length, gap, breaks = given_hours
    try:
        times = rules.cut_hours(start, end, length, gap, breaks)
    except Invalid:
        assume(False)
    for begin, finish in times:
        assert start <= begin < finish <= end
        assert finish - begin == length
        assert begin.timestamp() % 300 == 0
        assert not any(begin < b and a < finish for a, b in breaks)
    for (_, before), (after, _) in pairwise(times):
        assert after - before >= gap or any(after == b for _, b in breaks)


@given(hours())
def test_no_time_that_fits_is_left_out(given_hours: Any) -> None:
    start, end, length, gap, breaks = given_hours
    try:
        times = rules.cut_hours(start, end, length, gap, breaks)
    except Invalid:
        assume(False)
    at = times[-1][1] + gap if times else start
    while at + length <= end:  # after the last one nothing fits any more, wherever it would begin
        assert any(at < b and a < at + length for a, b in breaks), at
        at += 5 * MINUTE


def test_after_a_break_the_next_time_begins_at_its_end() -> None:
    noon = (NOW + HOUR, NOW + HOUR + 15 * MINUTE)
    times = rules.cut_hours(NOW, NOW + 2 * HOUR, 25 * MINUTE, 5 * MINUTE, [noon])
    assert [(b - NOW) // MINUTE for b, _ in times] == [0, 30, 75]
    overlapping = [(NOW, NOW + 20 * MINUTE), (NOW + 10 * MINUTE, NOW + 40 * MINUTE)]
    assert [(b - NOW) // MINUTE for b, _ in rules.cut_hours(NOW, NOW + HOUR, 10 * MINUTE, 0 * MINUTE, overlapping)] == [
        40,
        50,
    ]
    assert rules.cut_hours(NOW, NOW + HOUR, HOUR + 5 * MINUTE, 0 * MINUTE) == []


BAD_HOURS = {
    "ends_at": [(NOW, NOW, 20, 0), (NOW, NOW - HOUR, 20, 0), (NOW, NOW + timedelta(days=2), 5, 0)],
    "length": [(NOW, NOW + HOUR, 0, 0), (NOW, NOW + HOUR, -20, 0), (NOW, NOW + HOUR, 485, 0), (NOW, NOW + HOUR, 7, 0)],
    "gap": [(NOW, NOW + HOUR, 20, -5), (NOW, NOW + HOUR, 20, 485), (NOW, NOW + HOUR, 20, 3)],
    "starts_at": [(NOW + MINUTE, NOW + HOUR, 20, 0), (NOW + timedelta(seconds=1), NOW + HOUR, 20, 0)],
}


@pytest.mark.parametrize(("field", "case"), [(field, case) for field, cases in BAD_HOURS.items() for case in cases])
def test_hours_that_make_no_sense_are_refused_at_their_field(field: str, case: Any) -> None:
    start, end, length, gap = case
    with pytest.raises(Invalid) as caught:
        rules.cut_hours(start, end, length * MINUTE, gap * MINUTE)
    assert [error.field for error in caught.value.errors] == [field]


def test_two_hundred_slots_at_once_and_not_one_more() -> None:
    assert len(rules.cut_hours(NOW, NOW + 200 * 5 * MINUTE, 5 * MINUTE, 0 * MINUTE)) == 200
    with pytest.raises(Invalid):
        rules.cut_hours(NOW, NOW + 201 * 5 * MINUTE, 5 * MINUTE, 0 * MINUTE)


@given(minutes=st.integers(-60, 600))
def test_an_offer_ends_in_half_an_hour_and_five_minutes_before_the_start(minutes: int) -> None:
    start = NOW + minutes * MINUTE
    until = rules.offer_expires(start, NOW)
    if minutes <= 10:
        assert until is None
    else:
        assert until == min(NOW + 30 * MINUTE, start - 5 * MINUTE)
        assert until > NOW + 5 * MINUTE


@pytest.mark.parametrize(("minutes", "last"), [(0, 0), (60, 60), (1440, 1440)])
def test_until_when_one_may_cancel(minutes: int, last: int) -> None:
    assert rules.cancel_until(NOW, minutes) == NOW - last * MINUTE


@pytest.mark.parametrize(
    ("status", "after", "counts_as"),
    [
        ("held", -1, "held"),
        ("held", 0, "expired"),
        ("held", 1, "expired"),
        ("requested", 0, "expired"),
        ("requested", -1, "requested"),
        ("confirmed", 1, "confirmed"),
        ("cancelled", 1, "cancelled"),
    ],
)
def test_a_hold_past_its_time_counts_as_expired(status: str, after: int, counts_as: str) -> None:
    row = SimpleNamespace(status=status, hold_expires_at=NOW - after * MINUTE)
    assert rules.state_of(row, NOW) == counts_as


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"fair_bookable": False}, rules.NotOpen),
        ({"closed_at": NOW}, rules.NotOpen),
        ({"starts_at": NOW}, rules.NotOpen),
        ({"starts_at": NOW - MINUTE}, rules.NotOpen),
        ({"giver_open": False}, rules.BoothNotHiring),
        ({"giver_open": False, "closed_at": NOW}, rules.NotOpen),
    ],
)
def test_why_nobody_can_book_a_slot(changes: dict[str, Any], refusal: type[AppError]) -> None:
    with pytest.raises(refusal):
        rules.check_bookable(replace(SLOT, **changes), NOW)


def test_an_open_slot_can_be_booked_until_it_begins() -> None:
    rules.check_bookable(SLOT, NOW)
    rules.check_bookable(SLOT, SLOT.starts_at - timedelta(seconds=1))


@pytest.mark.parametrize("text", [None, "", "2026-13-01", "2026-02-30", "x", "1999-12-31", "2101-01-01", "2026-11-24 "])
def test_a_day_that_makes_no_sense_is_none(text: str | None) -> None:
    assert rules.day_named(text) is None


def test_a_day_is_read() -> None:
    assert rules.day_named("2026-11-24") == NOW.date()
