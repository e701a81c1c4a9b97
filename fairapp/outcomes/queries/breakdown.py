"""The figures by fair, agency, district, booth, occupation, month, employment type, age or group: one row each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import String, case, cast, func, literal, literal_column, select
from sqlalchemy.orm import Session

from fairapp.accounts.queries import Organisation
from fairapp.agencies.models import Agency
from fairapp.booths.models import Booth, Listing
from fairapp.employers.models import Employer
from fairapp.fairs.models import Fair
from fairapp.outcomes import rules
from fairapp.outcomes.models import Outcome
from fairapp.outcomes.queries import counting
from fairapp.outcomes.queries.report import facts_of
from fairapp.outcomes.queries.scope import Scope
from fairapp.outcomes.rules import HireFacts, Indicator
from fairapp.scheduling.models import Booking, Slot

MOST_ROWS = 300
DIMENSIONS = ("fair", "agency", "booth", "occupation", "district", "month", "employment_type", "age", "segment")


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a dimension; `interviewed` and `passed` are None where the dimension is one of hires alone."""

    key: str
    name: str
    name_en: str
    interviewed: int | None
    passed: int | None
    hires: int
    indicators: tuple[Indicator, ...]


def breakdown(session: Session, scope: Scope, by: str, as_of: datetime) -> list[Row]:
    """Return the rows of a dimension, the most hires first; at most MOST_ROWS. Four statements at most."""
    hires = _hires(session, scope, by, as_of)
    met = _met(session, scope, by, as_of)
    keys = sorted({*hires, *met}, key=lambda key: (-sum(f.hires for f in hires.get(key, [])), key))[:MOST_ROWS]
    names = _NAMES[by](session, keys) if by in _NAMES else {}
    rows = []
    for key in keys:
        named = names.get(key, Organisation(key, ""))
        facts = hires.get(key, [])
        interviewed, passed = met.get(key, (0, 0)) if by in _MEETING else (None, None)
        total = sum(one.hires for one in facts)
        rows.append(Row(key, named.name, named.name_en, interviewed, passed, total, rules.indicators(facts)))
    return rows


def _month(day: Any) -> Any:
    return func.substr(cast(day, String), literal_column("1"), literal_column("7"))


def _age_band() -> Any:
    """Return the band of the age at the hire; literals, so that PostgreSQL sees one expression in SELECT and GROUP BY."""
    return case(
        *((Outcome.age <= literal_column(str(last)), literal_column(f"'{name}'")) for name, last in rules.AGE_BANDS)
    )


# How a hire says its value of a dimension, as text; an empty one is "unknown".
_HIRE: Mapping[str, Any] = {
    "fair": Outcome.fair_id,
    "agency": Fair.agency_id,
    "booth": Outcome.booth_id,
    "occupation": Outcome.occupation,
    "district": Outcome.region,
    "month": _month(Outcome.on),
    "employment_type": Outcome.employment_type,
    "age": _age_band(),
    "segment": Outcome.segment,
}
# The same of a meeting, where it has one.
_MEETING: Mapping[str, Any] = {
    "fair": Booking.fair_id,
    "agency": Fair.agency_id,
    "booth": Slot.booth_id,
    "occupation": Listing.occupation,
}


def _text(column: Any) -> Any:
    return func.coalesce(cast(column, String), literal_column("''")).label("key")


def narrowing(scope: Scope) -> list[Any]:
    """Return the conditions on hires of whoever looks closer at one value of each dimension; the statement joins Fair."""
    return [func.coalesce(cast(_HIRE[by], String), literal("")) == value for by, value in scope.narrowed.items()]


def _hires(session: Session, scope: Scope, by: str, as_of: datetime) -> dict[str, list[HireFacts]]:
    key = _text(_HIRE[by])
    alike = (Outcome.employment_type, Outcome.occupation, Outcome.age, Outcome.segment)
    grouped = (
        counting.hires(scope, as_of)
        .join(Fair, Fair.id == Outcome.fair_id)
        .with_only_columns(key, func.count().label("hires"), *alike)
        .where(*narrowing(scope))
        .group_by(key, *alike)
    )
    found: dict[str, list[HireFacts]] = {}
    for row in session.execute(grouped):
        found.setdefault(row.key, []).append(facts_of(row))
    return found


def _met(session: Session, scope: Scope, by: str, as_of: datetime) -> dict[str, tuple[int, int]]:
    """Return of each value how many people were interviewed, and how many of them passed or more; two statements."""
    if by not in _MEETING:
        return {}
    counts = []
    for conditions in (
        counting.took_place(scope, as_of),
        [*counting.took_place(scope, as_of), counting.has_stage(Booking.id, rules.PASSED_STAGES, as_of)],
    ):
        key = _text(_MEETING[by])
        grouped = (
            select(key, Booking.fair_id, func.count(Booking.seeker_id.distinct()))
            .select_from(Booking)
            .join(Slot, Slot.id == Booking.slot_id)
            .join(Fair, Fair.id == Booking.fair_id)
            .outerjoin(Listing, Listing.id == Booking.listing_id)
            .where(*conditions)
            .group_by(key, Booking.fair_id)
        )
        people: dict[str, int] = {}
        for row in session.execute(grouped):
            people[row[0]] = people.get(row[0], 0) + row[2]
        counts.append(people)
    return {key: (count, counts[1].get(key, 0)) for key, count in counts[0].items()}


def _numbers(keys: list[str]) -> list[int]:
    return [int(key) for key in keys if key]


def _fairs(session: Session, keys: list[str]) -> dict[str, Organisation]:
    rows = session.execute(select(Fair.id, Fair.name, Fair.name_en).where(Fair.id.in_(_numbers(keys))))
    return {str(row.id): Organisation(row.name, row.name_en) for row in rows}


def _agencies(session: Session, keys: list[str]) -> dict[str, Organisation]:
    rows = session.execute(select(Agency.id, Agency.name, Agency.name_en).where(Agency.id.in_(_numbers(keys))))
    return {str(row.id): Organisation(row.name, row.name_en) for row in rows}


def _booths(session: Session, keys: list[str]) -> dict[str, Organisation]:
    found = select(Booth.id, Employer.name, Employer.name_en).join(Employer, Employer.id == Booth.employer_id)
    rows = session.execute(found.where(Booth.id.in_(_numbers(keys))))
    return {str(row.id): Organisation(row.name, row.name_en) for row in rows}


_NAMES: Mapping[str, Callable[[Session, list[str]], dict[str, Organisation]]] = {
    "fair": _fairs,
    "agency": _agencies,
    "booth": _booths,
}


def without_small_shares(rows: list[Row]) -> list[Row]:
    """Return the rows without the shares that would tell of 1 to 4 hires."""
    return [replace(row, indicators=tuple(map(_without_small, row.indicators))) for row in rows]


def _without_small(one: Indicator) -> Indicator:
    return replace(one, share=None) if rules.is_small(one.hires) else one


def hidden_rows(rows: list[Row]) -> set[str]:
    """Return the keys of rows with numbers too small for who may not see the people behind them; see rules.hidden_cells."""
    hidden = rules.hidden_cells({row.key: row.hires for row in rows})
    for name in ("interviewed", "passed"):
        hidden |= rules.hidden_cells({row.key: getattr(row, name) or 0 for row in rows})
    return hidden
