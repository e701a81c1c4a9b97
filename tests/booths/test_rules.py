"""The legal wage."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from fairapp import codes
from fairapp.booths.rules import annual_salary, least_salary, legal_until, wage_is_legal, wage_message


def test_the_notices_monthly_amount_is_legal_for_forty_hours() -> None:
    # The yearly notice names a monthly amount for 209 hours, rounded up from 208.57: never less than ours.
    assert codes.minimum_wages()[2026] == 10_320
    assert least_salary("month", 40, 2026) == 2_152_458  # 10,320 * 48 * 365 / 7 / 12, rounded up
    assert wage_is_legal(2_156_880, "month", 40, 2026)


@pytest.mark.parametrize("period", ["hour", "month", "year"])
@pytest.mark.parametrize("hours", [1, 14, 15, 20, 40, 52, 80])
def test_the_least_legal_salary_is_legal_and_one_won_less_is_not(period: str, hours: int) -> None:
    for year in (2015, 2026, 2027):
        least = least_salary(period, hours, year)
        assert wage_is_legal(least, period, hours, year)
        assert not wage_is_legal(least - 1, period, hours, year)


def test_the_weekly_holiday_is_paid_from_fifteen_hours_and_grows_up_to_forty() -> None:
    assert least_salary("year", 14, 2026) == -(-10_320 * 14 * 365 // 7)
    assert least_salary("year", 15, 2026) == -(-10_320 * 18 * 365 // 7)
    assert least_salary("year", 40, 2026) == -(-10_320 * 48 * 365 // 7)
    assert least_salary("year", 52, 2026) == -(-10_320 * 60 * 365 // 7)


def test_an_unstated_salary_passes_and_an_unknown_year_uses_the_newest() -> None:
    assert wage_is_legal(None, None, 40, 2026)
    assert wage_is_legal(None, "month", 40, 2026)
    newest = max(codes.minimum_wages())
    assert least_salary("hour", 40, newest + 5) == codes.minimum_wages()[newest]
    assert not wage_is_legal(codes.minimum_wages()[newest] - 1, "hour", 40, newest + 5)


@pytest.mark.parametrize(
    ("salary", "period", "hours", "year"),
    [
        (10_319, "hour", 40, 2026),
        (10_320, "hour", 40, 2027),
        (10_699, "hour", 40, 2027),
        (10_700, "hour", 40, None),
        (least_salary("month", 20, 2026), "month", 20, 2027),
        (least_salary("year", 52, 2027) - 1, "year", 52, 2027),
        (least_salary("year", 52, 2027), "year", 52, None),
        (1, "hour", 40, 2015),
        (None, None, 40, None),
    ],
)
def test_a_wage_is_legal_until_the_korean_new_year_whose_minimum_it_misses(
    salary: int | None, period: str | None, hours: int, year: int | None
) -> None:
    expected = year and datetime(year, 1, 1, tzinfo=ZoneInfo("Asia/Seoul"))
    assert legal_until(salary, period, hours) == expected


def test_minimum_wages_only_rise() -> None:
    # legal_until stands on it: what misses the minimum of a year misses that of every later one.
    known = codes.minimum_wages()
    assert list(known) == list(range(min(known), max(known) + 1))
    assert sorted(set(known.values())) == list(known.values())


def test_a_salary_a_year_is_the_same_money() -> None:
    assert annual_salary(42_000_000, "year", 40) == 42_000_000
    assert annual_salary(3_500_000, "month", 40) == 42_000_000
    assert annual_salary(12_000, "hour", 20) == 15_017_142


@pytest.mark.parametrize(("period", "named"), [("hour", "10,320"), ("month", "2,152,458"), ("year", "25,829,486")])
def test_the_sentence_names_the_minimum(app: object, period: str, named: str) -> None:
    assert named in str(wage_message(period, 40, 2026))
