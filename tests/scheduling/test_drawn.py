"""Hours drawn on a calendar: joined, repeated with exceptions, cut, looked at, opened; DST and bad input."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fairapp.errors import Invalid
from fairapp.scheduling import rules
from fairapp.scheduling.models import Slot
from tests.counting import counted
from tests.scheduling.cast import Cast, words

SEOUL, NEW_YORK = "Asia/Seoul", "America/New_York"
HALF, HOUR = timedelta(minutes=30), timedelta(hours=1)
NONE = timedelta(0)


def cells(*texts: str) -> list[datetime]:
    """Return cells of Wednesday 25 November."""
    return rules.drawn_cells(f"2026-11-25T{text}" for text in texts)


def test_half_hours_that_follow_each_other_are_one_stretch() -> None:
    drawn = cells("09:00", "09:30", "11:00")
    times = rules.drawn_times(drawn, SEOUL, HOUR, NONE)
    assert times == [(datetime(2026, 11, 25, 0, tzinfo=UTC), datetime(2026, 11, 25, 1, tzinfo=UTC))]
    assert len(rules.drawn_times(drawn, SEOUL, timedelta(minutes=20), NONE)) == 4
    assert len(rules.drawn_times(drawn, SEOUL, timedelta(minutes=20), timedelta(minutes=10))) == 3


def test_weeks_repeat_but_for_their_exceptions() -> None:
    found = rules.weekly(cells("09:00"), date(2026, 12, 16), {date(2026, 12, 9)})
    assert [one.date().day for one in found] == [25, 2, 16]
    assert rules.weekly(cells("09:00"), date(2026, 11, 25), set()) == cells("09:00")


def test_a_week_later_is_the_same_hour_of_the_wall_clock() -> None:
    # New York goes back on 1 November 2026: 14:00 in London's summer terms becomes 15:00.
    week = rules.weekly(rules.drawn_cells(["2026-10-28T10:00"]), date(2026, 11, 4), set())
    starts = [start.hour for start, _ in rules.drawn_times(week, NEW_YORK, HALF, NONE)]
    assert starts == [14, 15]


def test_a_half_hour_that_clocks_skip_is_no_time() -> None:
    drawn = rules.drawn_cells(["2026-03-08T01:30", "2026-03-08T02:00", "2026-03-08T02:30", "2026-03-08T03:00"])
    times = rules.drawn_times(drawn, NEW_YORK, HOUR, NONE)
    # 1:30 is followed by 3:00: one hour of real time.
    assert times == [(datetime(2026, 3, 8, 6, 30, tzinfo=UTC), datetime(2026, 3, 8, 7, 30, tzinfo=UTC))]


@pytest.mark.parametrize(
    "texts",
    [[], ["x"], ["2026-11-25T09:15"], ["2026-11-25"], ["0001-01-01T09:00"], ["2026-11-25T09:00"] * 1 + ["', --"]],
)
def test_what_is_no_half_hour_is_refused(texts: list[str]) -> None:
    with pytest.raises(Invalid):
        rules.drawn_cells(texts)


def form(cast: Cast, *drawn: str, **changes: str) -> dict[str, Any]:
    """Return what the page sends."""
    terms = {"length": "30", "gap": "0", "room": "", "host": str(cast.recruiter), "without": "", "do": "open"}
    return terms | {"cell": [f"2026-11-25T{text}" for text in drawn]} | changes


def opened(cast: Cast) -> list[datetime]:
    """Return the starts of Wednesday's slots."""
    return cast.rows(
        select(Slot.starts_at).where(Slot.starts_at >= datetime(2026, 11, 24, 15, tzinfo=UTC)).order_by(Slot.id)
    )


def test_drawn_hours_are_looked_at_and_then_opened(cast_on_both: Cast) -> None:
    cast = cast_on_both
    client, url = cast.client(cast.recruiter), f"/stand/{cast.booth}/hours/drawn"
    assert client.get(url).status_code == 200
    seen = client.post(url, data=form(cast, "09:00", "09:30", do="preview"))
    assert (seen.status_code, "열릴 시간 2개" in words(seen), opened(cast)) == (200, True, [])
    assert words(seen).count(" checked") >= 2
    done = client.post(url, data=form(cast, "09:00", "09:30"))
    assert (done.status_code, done.location) == (303, f"/stand/{cast.booth}/hours?day=2026-11-25")
    assert opened(cast) == [datetime(2026, 11, 25, 0, tzinfo=UTC), datetime(2026, 11, 25, 0, 30, tzinfo=UTC)]
    again = client.post(url, data=form(cast, "09:30", "10:00", do="preview"))
    assert "열릴 시간 1개" in words(again)


def test_bad_input_opens_nothing(cast: Cast) -> None:
    client, url = cast.client(cast.recruiter), f"/stand/{cast.booth}/hours/drawn"
    for bad in (
        form(cast),
        form(cast, "09:10"),
        form(cast, "09:00", length="0"),
        form(cast, "09:00", length="60"),
        form(cast, "09:00", without="Christmas"),
        form(cast, "09:00", host=str(cast.stranger)),
        form(cast, "09:00", room="999"),
        form(cast, "09:00") | {"cell": ["2026-11-23T09:00"]},
        form(cast, "09:00") | {"cell": ["2027-11-25T09:00"]},
    ):
        assert client.post(url, data=bad).status_code == 422, bad
    assert opened(cast) == []
    for who in (cast.seeker, cast.stranger):
        assert cast.client(who).get(url).status_code == 404
        assert cast.client(who).post(url, data=form(cast, "09:00")).status_code == 404
    assert opened(cast) == []


def test_a_coach_draws_too_and_days_elsewhere_stay_drawn(cast: Cast) -> None:
    client, url = cast.client(cast.coach_account), f"/coach/{cast.coach}/hours/drawn"
    terms = form(cast, "09:00", host=str(cast.coach_account), topic="interview", do="preview")
    page = words(client.post(f"{url}?day=2026-11-26", data=terms))
    assert '<input type="hidden" name="cell" value="2026-11-25T09:00">' in page
    assert client.post(url, data=terms | {"do": "open"}).status_code == 303
    assert len(opened(cast)) == 1


def test_the_calendar_takes_as_many_queries_for_many_cells_as_for_one(cast: Cast) -> None:
    client, url = cast.client(cast.recruiter), f"/stand/{cast.booth}/hours/drawn"
    client.get(url)
    with counted(cast.app) as one:
        client.post(url, data=form(cast, "09:00", do="preview"))
    with counted(cast.app) as many:
        client.post(url, data=form(cast, *[f"{h:02}:{m}" for h in range(9, 19) for m in ("00", "30")], do="preview"))
    assert one == many
