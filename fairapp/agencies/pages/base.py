"""What the pages of agencies share."""

from flask import Blueprint, Response, make_response, render_template
from flask_babel import lazy_gettext as _l

from fairapp import db
from fairapp.accounts.guards import Caller
from fairapp.agencies import queries
from fairapp.agencies.queries import AgencyFacts
from fairapp.agencies.rules import KIND_NAMES
from fairapp.errors import NotFound
from fairapp.navigation import NavItem, account_items
from fairapp.shapes import number

blueprint = Blueprint("agencies", __name__)

account_items.append(
    NavItem(
        _l("우리 기관"),
        "agencies.own",
        "building",
        lambda caller: bool(caller and caller.organizes_for and not caller.is_admin),
        80,
    )
)


def show(template: str, status: int = 200, **facts: object) -> Response:
    """Return a page of this domain."""
    return make_response(render_template(f"agencies/{template}.html", kinds=KIND_NAMES, **facts), status)


def get_agency(agency: str) -> AgencyFacts:
    """Return the agency of an address; NotFound where there is none."""
    with db.read() as session:
        found = queries.get_agency(session, number(agency))
    if found is None:
        raise NotFound
    return found


def organized(caller: Caller, agency: str) -> AgencyFacts:
    """Return the agency if the caller looks after it; NotFound for anybody else."""
    found = get_agency(agency)
    if not caller.may_organize(found.id):
        raise NotFound
    return found
