"""What people write in cells: days, regions, education; exact values, and nothing guessed."""

from datetime import date

import pytest

from fairapp import codes
from fairapp.readings import birthday, days_in, education_of, occupation_of, region_of, says_nothing, whole_number

TODAY = date(2026, 8, 10)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-08-21", ["2026-08-21"]),
        ("2026. 8. 21.", ["2026-08-21"]),
        ("2026년 8월 21일", ["2026-08-21"]),
        ("20260821", ["2026-08-21"]),
        ("~09/05(토)", ["2026-09-05"]),
        ("12/31", ["2026-12-31"]),
        ("3/5", ["2026-03-05"]),
        ("채용시까지 26-09-30", ["2026-09-30"]),
        ("2026-08-01 ~ 2026/08/21", ["2026-08-01", "2026-08-21"]),
        ("46275", ["2026-09-10"]),
        ("상시채용", []),
        ("D-3", []),
        ("", []),
    ],
)
def test_days_are_found_in_what_people_write(text: str, days: list[str]) -> None:
    assert [day.isoformat() for day in days_in(text, TODAY)] == days


def test_a_day_without_a_year_is_the_nearest_one() -> None:
    assert days_in("01/05", date(2026, 12, 20)) == [date(2027, 1, 5)]


@pytest.mark.parametrize("text", ["2026-02-30", "13/45", "20261301"])
def test_a_day_that_does_not_exist_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="day|month"):
        days_in(text, TODAY)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("970212", "1997-02-12"),
        ("524", "2000-05-24"),
        ("20216", "2002-02-16"),
        ("19730213", "1973-02-13"),
        ("97.2.12", "1997-02-12"),
        ("850713-1******", "1985-07-13"),
        ("2000-01-17", "2000-01-17"),
    ],
)
def test_days_of_birth_survive_lost_zeros(text: str, day: str) -> None:
    assert birthday(text, TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize("text", ["2030-01-01", "abc", "1899-12-31", "03-04", "991340"])
def test_what_is_no_day_of_birth_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="day|month"):
        birthday(text, TODAY)
    assert birthday(" - ", TODAY) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("서울 강남구 등", "서울특별시 강남구"),
        ("서울전체", "서울특별시"),
        ("강남구 테헤란로 223", "서울특별시 강남구"),
        ("강원도 춘천시", "강원특별자치도 춘천시"),
        ("전라북도 전주시 완산구", "전북특별자치도 전주시 완산구"),
        ("경상북도 군위군", "대구광역시 군위군"),
        ("인천 남구", "인천광역시 미추홀구"),
        ("광주 북구", "광주광역시 북구"),
        ("경기 광주시", "경기도 광주시"),
        ("성남시 분당구 판교로", "경기도 성남시 분당구"),
        ("청주 서원구 (공장)", "충청북도 청주시 서원구"),
        ("본사: 서울 강남구", "서울특별시 강남구"),
        ("(06234) 서울특별시 강남구", "서울특별시 강남구"),
        ("Gangnam-gu, Seoul", "서울특별시 강남구"),
        ("1168010100", "서울특별시 강남구"),
        ("세종", "세종특별자치시"),
        ("전남 고성군", "전라남도"),
    ],
)
def test_regions_are_found_under_their_many_names(text: str, name: str) -> None:
    assert codes.regions()[region_of(text) or ""].name_ko == name


@pytest.mark.parametrize("text", ["중구 서애로 23", "강서구", "US-NY", "테헤란로 124", "재택가능", "", "99999"])
def test_a_region_is_not_guessed(text: str) -> None:
    assert region_of(text) is None


def test_every_region_is_found_by_its_own_names() -> None:
    for code, region in codes.regions().items():
        assert region_of(region.name_ko) == region_of(region.short_ko) == region_of(code) == code


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("학력무관", "any"),
        ("고졸↑", "high_school"),
        ("초대졸↑", "associate"),
        ("대졸(2~3년)", "associate"),
        ("대졸(4년)", "bachelor"),
        ("고졸 ~ 대졸(4년)", "high_school"),
        ("대졸(2~3년) ~ 대졸(4년)", "associate"),
        ("석사↑", "master"),
        ("박사", "doctorate"),
        ("Bachelor's degree", "bachelor"),
        ("정보 없음", None),
    ],
)
def test_levels_of_education(text: str, level: str | None) -> None:
    assert education_of(text) == level


def test_occupations_are_codes_or_exact_names_only() -> None:
    assert occupation_of("0111") == occupation_of("111") == "0111"
    name = codes.occupations()["0122"].name_ko
    assert occupation_of(f" {name} ") == "0122"
    assert occupation_of("웹개발, 프론트엔드") is None
    assert occupation_of("9999") is None


def test_numbers_and_nothing() -> None:
    assert whole_number("1,200명") == 1200
    assert whole_number("０명") == 0
    assert whole_number("○명") is None
    assert says_nothing(" 정보 없음 ")
    assert not says_nothing("무")
