"""Official code tables kept as data: occupations (KECO 2018), regions, holidays, minimum wages. Sources: data/README.md."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Occupation:
    """An occupation of KECO 2018, to four digits."""

    code: str
    name_ko: str
    name_en: str
    group: str
    group_ko: str
    group_en: str
    professional: bool  # counts as technical, clerical or accounting profession in the 2016 indicator


@dataclass(frozen=True, slots=True)
class Region:
    """A 시도 or 시군구."""

    code: str
    name_ko: str
    short_ko: str
    name_en: str
    sido: str
    sigungu: str


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def occupations() -> Mapping[str, Occupation]:
    """Return every occupation by its code."""
    return {
        row["code"]: Occupation(
            code=row["code"],
            name_ko=row["name_ko"],
            name_en=row["name_en"],
            group=row["group"],
            group_ko=row["group_ko"],
            group_en=row["group_en"],
            professional=row["professional"] == "1",
        )
        for row in _rows("occupations.csv")
    }


@cache
def occupation_groups() -> Mapping[str, tuple[str, str]]:
    """Return the ten groups: digit to Korean and English name."""
    return {o.group: (o.group_ko, o.group_en) for o in occupations().values()}


@cache
def regions() -> Mapping[str, Region]:
    """Return every region by its five-digit code."""
    return {
        row["code"]: Region(
            code=row["code"],
            name_ko=row["name_ko"],
            short_ko=row["short_ko"],
            name_en=row["name_en"],
            sido=row["sido"],
            sigungu=row["sigungu"],
        )
        for row in _rows("regions.csv")
    }


def region_prefix(code: str) -> str:
    """Return what the codes within a region begin with: 27 for the whole of 대구 (27000), 4111 for 수원시 with its 구."""
    found = regions().get(code)
    if found is None:
        return code
    return code[:2] if not found.sigungu else code[:4] if code.endswith("0") and " " not in found.sigungu else code


@cache
def places() -> Mapping[str, tuple[int, int]]:
    """Return where each 시군구 lies: kilometres to the east and to the north, on one plane (UTM-K)."""
    return {row["code"]: (int(row["east_km"]), int(row["north_km"])) for row in _rows("places.csv")}


@cache
def holidays() -> Mapping[date, tuple[str, str]]:
    """Return the public holidays of Korea by day, with Korean and English name (Public Holidays Act, to the end of 2028)."""
    return {date.fromisoformat(row["day"]): (row["name_ko"], row["name_en"]) for row in _rows("holidays.csv")}


@cache
def minimum_wages() -> Mapping[int, int]:
    """Return the legal minimum wage in KRW an hour, by year (Minimum Wage Act, yearly notice)."""
    return {int(row["year"]): int(row["hourly_krw"]) for row in _rows("minimum_wage.csv")}
