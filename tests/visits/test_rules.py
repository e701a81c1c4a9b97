"""Days of rules, ways, orders of stops, and the map: no database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from fairapp import codes
from fairapp.errors import Invalid
from fairapp.fairs.rules import SiteFields, check_site, distance_km, district_point
from fairapp.scheduling.rules import way_minutes
from fairapp.visits.rules import (
    MOST_DAYS,
    Wanted,
    best_order,
    drawn,
    month_weeks,
    months_between,
    most_at_once,
    range_of,
    visit_days,
)

TUESDAY = date(2026, 11, 24)
CITY_HALL, GANGNAM, BUSAN = (37.5665, 126.9780), (37.4979, 127.0276), (35.1796, 129.0756)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 24, hour, minute, tzinfo=UTC)


def test_distances_are_those_of_a_globe() -> None:
    assert distance_km(CITY_HALL, CITY_HALL) == 0
    assert distance_km(CITY_HALL, GANGNAM) == pytest.approx(8.79, abs=0.02)
    assert distance_km(CITY_HALL, BUSAN) == pytest.approx(325.1, abs=0.5)
    assert distance_km((0, 179.5), (0, -179.5)) == pytest.approx(111.2, abs=0.1)


@pytest.mark.parametrize(
    ("code", "point"),
    [
        ("11140", (37.560, 126.996)),
        ("26110", (35.104, 129.034)),
        ("50110", (33.45, 126.55)),
        ("27290", (35.83, 128.53)),
    ],
)
def test_a_district_lies_within_a_few_kilometres_of_where_it_is(code: str, point: tuple[float, float]) -> None:
    found = district_point(code)
    assert found is not None
    assert distance_km(found, point) < 6
    assert district_point("99999") is None


@pytest.mark.parametrize(
    ("km", "reach", "minutes"),
    [(0, 0, 0), (0.1, 0, 5), (5, 0, 15), (5.01, 0, 20), (5, 30, 30), (500, 0, 240), (0, 10, 10)],
)
def test_a_way_takes_what_its_length_says_on_the_grid(km: float, reach: int, minutes: int) -> None:
    assert way_minutes(km, reach) == minutes


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"latitude": 91.0, "longitude": 0.0}, ["latitude"]),
        ({"latitude": 0.0, "longitude": -181.0}, ["longitude"]),
        ({"latitude": 37.5}, ["longitude"]),
        ({"longitude": 127.0}, ["latitude"]),
        ({"kind": "moon"}, ["kind"]),
        ({"region": "00000"}, ["region"]),
        ({"access": ("wings",)}, ["access"]),
        ({"name": " ", "contact": "x" * 201}, ["name", "contact"]),
    ],
)
def test_a_site_that_cannot_be_is_refused(changes: dict[str, object], fields: list[str]) -> None:
    told = {"kind": "cafe", "name": "청년 카페"} | changes
    with pytest.raises(Invalid) as caught:
        check_site(SiteFields(**told))  # type: ignore[arg-type]
    assert [one.field for one in caught.value.errors] == fields


def test_a_rule_names_its_weekdays() -> None:
    days = visit_days(TUESDAY, date(2026, 12, 4), {1, 4}, {date(2026, 12, 1)}, {date(2026, 12, 4)})
    assert [(one.day.day, one.off) for one in days] == [(24, None), (27, None), (1, "exception"), (4, "holiday")]


@pytest.mark.parametrize(
    ("first", "last", "weekdays", "field"),
    [
        (TUESDAY, date(2026, 11, 23), {1}, "last_day"),
        (TUESDAY, TUESDAY, {2}, "weekdays"),
        (TUESDAY, TUESDAY + timedelta(days=MOST_DAYS), set(range(7)), "last_day"),
        (TUESDAY, date(9999, 12, 31), {1}, "last_day"),
    ],
)
def test_a_rule_without_days_or_with_too_many_is_refused(
    first: date, last: date, weekdays: set[int], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        visit_days(first, last, weekdays, (), ())
    assert [one.field for one in caught.value.errors] == [field]


def test_the_public_holidays_are_known() -> None:
    known = codes.holidays()
    assert known[date(2026, 9, 25)] == ("추석", "Chuseok")
    assert known[date(2027, 2, 9)][0] == "설날 대체공휴일"
    assert date(2026, 11, 24) not in known


@pytest.mark.parametrize(
    ("when", "first", "last"),
    [
        ("today", TUESDAY, TUESDAY),
        ("week", TUESDAY, date(2026, 11, 29)),
        ("month", TUESDAY, date(2026, 11, 30)),
        ("2026-12-24", date(2026, 12, 24), date(2026, 12, 24)),
        ("2027-02", date(2027, 2, 1), date(2027, 2, 28)),
        ("", TUESDAY, date(2026, 12, 24)),
        ("0000-99", TUESDAY, date(2026, 12, 24)),
        ("9999-12-31", TUESDAY, date(2026, 12, 24)),
        ("20261224", TUESDAY, date(2026, 12, 24)),
    ],
)
def test_days_are_asked_for_in_words_or_dates(when: str, first: date, last: date) -> None:
    assert range_of(when, TUESDAY) == (first, last)


def test_months_and_their_weeks() -> None:
    weeks = month_weeks(date(2026, 11, 1))
    assert (weeks[0][0], weeks[-1][6], len(weeks)) == (date(2026, 10, 26), date(2026, 12, 6), 6)
    assert [one.month for one in months_between(date(2026, 11, 30), date(2027, 2, 1))] == [11, 12, 1, 2]
    assert months_between(TUESDAY, TUESDAY) == [date(2026, 11, 1)]


def test_the_most_at_once_is_counted_where_spans_meet() -> None:
    spans = [(at(1), at(3)), (at(2), at(4)), (at(4), at(5))]
    assert most_at_once(spans, (at(0), at(9))) == 2
    assert most_at_once(spans, (at(4), at(5))) == 1
    assert most_at_once([], (at(4), at(5))) == 0


HOUR = timedelta(hours=1)
WAYS = {(1, 2): 20, (1, 3): 60, (2, 3): 30}


def test_the_order_with_the_least_way_is_proposed() -> None:
    wanted = [Wanted(visit, visit, at(1), at(9), HOUR) for visit in (3, 1, 2)]
    found = best_order(wanted, {}, WAYS, at(0))
    assert [leg.visit_id for leg in found.legs] == [1, 2, 3]
    assert [(leg.starts_at, leg.way_minutes) for leg in found.legs] == [(at(1), 0), (at(2, 20), 20), (at(3, 50), 30)]
    assert (found.way_minutes, list(found.left)) == (50, [])


def test_a_visit_that_opens_late_makes_a_pause_and_one_that_closes_early_is_left() -> None:
    wanted = [
        Wanted(1, 1, at(1), at(2), HOUR),
        Wanted(2, 2, at(5), at(9), HOUR),
        Wanted(3, 3, at(1), at(2), HOUR),
    ]
    found = best_order(wanted, {}, WAYS, at(0))
    assert [leg.visit_id for leg in found.legs] == [1, 2]
    assert found.legs[1].pause == timedelta(hours=2, minutes=40)
    assert list(found.left) == [3]
    assert best_order([], {}, {}, at(0)).legs == []


def test_the_map_has_north_above_and_everything_on_the_sheet() -> None:
    sheet = drawn({1: CITY_HALL, 2: GANGNAM, 3: GANGNAM})
    assert sheet is not None
    assert sheet.at[1][1] < sheet.at[2][1]
    assert sheet.at[1][0] < sheet.at[2][0] < sheet.at[3][0]  # two at one place stand beside each other
    assert all(0 <= x <= 620 and 0 <= y <= sheet.height for x, y in sheet.at.values())
    assert sheet.scale_km * distance_km(CITY_HALL, GANGNAM) > 0
    assert drawn({}) is None
    assert drawn({1: CITY_HALL}) is not None
