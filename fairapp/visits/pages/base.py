"""What the pages of visits share: the blueprint, whose fair it is, and the ways to them."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, redirect
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from fairapp import clock
from fairapp.accounts.guards import Caller
from fairapp.coaching import queries as coaching
from fairapp.errors import NotFound
from fairapp.fairs import queries as fairs
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.models import Fair
from fairapp.language import in_language
from fairapp.navigation import NavItem, account_items, items
from fairapp.shapes import number
from fairapp.visits import queries
from fairapp.visits.queries import VisitRow

blueprint = Blueprint("visits", __name__)
ZONE = "Asia/Seoul"  # of days that are asked for across fairs
MOST_COACHES = 200

items.append(NavItem(_l("방문 센터"), "visits.find", "pin", order=20))
account_items.append(
    NavItem(_l("내 방문 일정"), "visits.my_tour", "pin", lambda caller: bool(caller and caller.coaches_for), 41)
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A visit with its fair, as somebody who runs it sees it."""

    fair: Fair
    visit: VisitRow


def organized(session: Session, caller: Caller, slug: str, now: datetime) -> Fair:
    """Return the fair that this organizer runs; Forbidden or NotFound otherwise."""
    fair = fairs.get_fair(session, slug)
    fair_rules.check_organizes(caller, fair, fair.agency_id, now)
    return fair


def kept(session: Session, caller: Caller, slug: str, visit: str, now: datetime) -> Kept:
    """Return the fair's visit; NotFound for another's."""
    fair = organized(session, caller, slug, now)
    found = queries.get_visit(session, number(visit), now)
    if found.fair_id != fair.id:
        raise NotFound
    return Kept(fair, found)


def coach_choices(session: Session, fair_id: int, now: datetime) -> list[tuple[int, str]]:
    """Return the fair's coaches by id, each with her agency, for a form."""
    rows = coaching.coaches_of(session, fair_id, now, limit=MOST_COACHES)
    return [(row.id, f"{row.name} · {in_language(row.agency_name, row.agency_name_en)}") for row in rows]


def this_day(zone: str = ZONE) -> date:
    """Return the calendar day there."""
    return clock.local(clock.now(), zone).date()


def go(url: str) -> Response:
    """Send the reader on after a form."""
    return redirect(url, 303)
