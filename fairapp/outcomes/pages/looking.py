"""What a page of figures was asked for: which fairs and days, as of when, against what, by which dimension."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session

from fairapp import db, shapes
from fairapp.accounts.guards import Caller
from fairapp.agencies.models import Agency
from fairapp.errors import Invalid, NotFound
from fairapp.fairs import queries as fairs
from fairapp.fairs.models import Fair
from fairapp.outcomes import forms, queries

PREVIOUS = "previous"
MOST_CHOICES = 200


@dataclass(slots=True)
class Looked:
    """The figures asked for. `typed` is what the address says; `errors` what of it is not meant so, by field."""

    scope: queries.Scope
    as_of: datetime
    zone: str
    against: queries.Scope | None = None
    by: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    def query(self, **changes: Any) -> dict[str, Any]:
        """Return the address' own words with changes, for links to the same figures."""
        kept = {name: value for name, value in self.typed.items() if value and name not in self.errors}
        return {name: value for name, value in (kept | changes).items() if value}


def figures_of(looked: Looked, veiled: bool = False) -> queries.Shown:
    """Return report, the one it is compared with, and the rows of the dimension, from one snapshot.

    They are `veiled` for who may not see the people behind them.
    """
    with db.of().snapshot() as session:
        report = queries.report_of(session, looked.scope, looked.as_of)
        before = queries.report_of(session, looked.against, looked.as_of) if looked.against else None
        rows = queries.breakdown(session, looked.scope, looked.by, looked.as_of) if looked.by else []
    return queries.Shown(report, before, queries.without_small_shares(rows) if veiled else rows, veiled)


def _typed(*names: str) -> dict[str, str]:
    return {name: request.args.get(name, "").strip()[:600] for name in names}


def _narrowed(scope: queries.Scope) -> queries.Scope:
    """Return the scope narrowed to one value of each dimension that the address names (`in_booth=7`)."""
    found = {by: request.args[f"in_{by}"][:40] for by in queries.DIMENSIONS if f"in_{by}" in request.args}
    return replace(scope, narrowed=found)


def of_fair(caller: Caller, fair: Fair, now: datetime) -> Looked:
    """Return what is asked of one fair: as_of, against (another fair that the caller runs), by."""
    typed = _typed("as_of", "against", "by")
    looked = Looked(_narrowed(queries.fair_scope(fair.id)), now, fair.zone, typed=typed)
    try:
        looked.as_of = forms.as_of_local(typed["as_of"], fair.zone, now) or now
    except Invalid as error:
        looked.errors["as_of"] = [str(one.message) for one in error.errors]
    if typed["against"]:
        try:
            with db.read() as session:
                other = fairs.get_fair(session, typed["against"])
            if not caller.may_organize(other.agency_id):
                raise NotFound
            looked.against = queries.fair_scope(other.id)
        except NotFound:
            looked.errors["against"] = [gettext("운영하는 박람회 가운데 골라 주세요")]
    looked.by = typed["by"] if typed["by"] in queries.DIMENSIONS else ""
    return looked


def choices_of_fair(session: Session, caller: Caller, fair: Fair, now: datetime) -> list[Fair]:
    """Return the fairs with which this one can be compared, the latest first."""
    mine = None if caller.is_admin else caller.organizes_for
    found = fairs.fairs(session, now, agencies=mine, limit=MOST_CHOICES)
    return [one for one in found if one.id != fair.id]


def of_agency(
    session: Session, agencies: dict[int, Agency], joined: dict[int, Fair], now: datetime, zone: str = "Asia/Seoul"
) -> Looked:
    """Return what is asked of the fairs of one agency, of all of these, or of one fair that they joined.

    The address names agency, fair, since, until, against, by, as_of.
    """
    typed = _typed("agency", "fair", "since", "until", "against", "by", "as_of")
    looked = Looked(queries.Scope(()), now, zone, typed=typed)
    try:
        looked.as_of = forms.as_of_local(typed["as_of"], zone, now) or now
    except Invalid as error:
        looked.errors["as_of"] = [str(one.message) for one in error.errors]
    since, until = (_day(looked, name) for name in ("since", "until"))
    if since and until and since > until:
        looked.errors["until"] = [gettext("처음 날보다 앞선 날이에요")]
        until = None
    chosen, fair = _chosen(looked, "agency", agencies), _chosen(looked, "fair", joined)
    scope = queries.agency_scope(session, chosen or sorted(agencies), since, until)
    looked.scope = _narrowed(replace(scope, fairs=tuple(fair)) if fair else scope)
    looked.against = _against(session, looked, agencies, chosen or sorted(agencies), since, until)
    looked.by = typed["by"] if typed["by"] in queries.DIMENSIONS else ""
    return looked


def _day(looked: Looked, name: str) -> date | None:
    try:
        return date.fromisoformat(looked.typed[name]) if looked.typed[name] else None
    except ValueError:
        looked.errors[name] = [gettext("2026-11-22와 같은 날짜여야 해요")]
        return None


def _chosen(looked: Looked, name: str, among: Collection[int]) -> list[int]:
    if not looked.typed[name]:
        return []
    try:
        found = shapes.number(looked.typed[name])
    except NotFound:
        found = 0
    if found not in among:
        looked.errors[name] = [gettext("목록에 있는 값을 골라 주세요")]
        return []
    return [found]


def _against(
    session: Session,
    looked: Looked,
    agencies: dict[int, Agency],
    chosen: list[int],
    since: date | None,
    until: date | None,
) -> queries.Scope | None:
    """Return what is compared with: the same number of days before, or another agency over the same days."""
    if looked.typed["against"] == PREVIOUS:
        if since is None or until is None:
            looked.errors["against"] = [gettext("앞선 기간과 견주려면 처음 날과 마지막 날을 모두 정해 주세요")]
            return None
        return queries.agency_scope(session, chosen, *_before(since, until))
    other = _chosen(looked, "against", agencies)
    return queries.agency_scope(session, other, since, until) if other else None


def _before(since: date, until: date) -> tuple[date, date]:
    """Return the period before: the same days of the year before for a whole year, otherwise as many days."""
    year_before = [_year_before(day) for day in (since, until)]
    if year_before[1] + timedelta(days=1) == since:
        return year_before[0], year_before[1]
    last = since - timedelta(days=1)
    return last - (until - since), last


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)
