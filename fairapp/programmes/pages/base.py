"""The blueprint that the pages of this domain hang on, what they share, and the ways that lead to them."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import lazy_gettext as _l

from fairapp import clock, db
from fairapp.accounts import actions as accounts
from fairapp.accounts.guards import Caller
from fairapp.accounts.queries import ProfileFacts
from fairapp.agencies import queries as agencies
from fairapp.agencies.queries import AgencyFacts
from fairapp.errors import Conflict, NotFound
from fairapp.language import say_date, say_day
from fairapp.navigation import NavItem, account_items, signed_in
from fairapp.programmes import queries, rules
from fairapp.programmes.models import Assignment
from fairapp.shapes import number

blueprint = Blueprint("programmes", __name__)


@blueprint.app_template_filter("on")
def say_on(day: date | str) -> str:
    """Return a calendar day as people say it, with its year where that is not this one; a text is one as ISO 8601 has it."""
    told = day if isinstance(day, date) else date.fromisoformat(day)
    midnight = clock.day_bounds(told, rules.ZONE)[0]
    same = told.year == rules.day_of(clock.now()).year
    return say_day(midnight, rules.ZONE) if same else say_date(midnight, rules.ZONE)


account_items += [
    NavItem(_l("내 계획"), "programmes.my_plan", "check-circle", signed_in, 44),
    NavItem(
        _l("맡은 사람"), "programmes.caseload", "people", lambda caller: bool(caller and caller.coaches_for), order=60
    ),
]


class NeedsConsent(Conflict):
    """The person has not agreed that the agency sees her data, or took it back."""

    slug = "needs-consent"
    title = _l("먼저 정보를 보는 데 동의를 받아 주세요")


def names_for(
    caller: Caller, seekers: Collection[int], agency_id: int, now: datetime, what: str = "profile"
) -> dict[int, ProfileFacts]:
    """Return the data of those who allow the agency to counsel them, and write down that the caller saw it."""
    with db.read() as session:
        allowed = queries.allowed(session, seekers, agency_id, now)
    return db.write(accounts.disclose_many, allowed, caller.id, (), [agency_id], what, now) if allowed else {}


def own_case(caller: Caller, case: str) -> Assignment:
    """Return the case if it is the caller's now; NotFound for everybody else, who had it before among them."""
    with db.read() as session:
        return queries.case_of(session, number(case), caller.id, caller.coaches_for)


def organized_agency(caller: Caller, agency: str) -> AgencyFacts:
    """Return the agency if the caller organizes it; NotFound otherwise."""
    with db.read() as session:
        found = queries.found_agency(session, number(agency))
    if not caller.may_organize(found.id):
        raise NotFound
    return found


def agency_names(agency_ids: Collection[int]) -> Any:
    """Return the names of agencies by id."""
    with db.read() as session:
        return agencies.agency_names(session, agency_ids)


def back(endpoint: str, **values: Any) -> Any:
    """Lead to a page after something was done."""
    return redirect(url_for(f"programmes.{endpoint}", **values), 303)


def refused(error: Conflict) -> None:
    """Say on the next page why something was not done."""
    flash(str(error.detail), "warning")
