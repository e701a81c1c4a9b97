"""What the pages of partners share."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from fairapp import db
from fairapp.accounts.guards import Caller
from fairapp.agencies.queries import AgencyFacts, get_agency
from fairapp.agencies.rules import ZONE
from fairapp.errors import NotFound
from fairapp.partners import queries
from fairapp.partners.queries import RunFacts, SourceFacts
from fairapp.shapes import number

blueprint = Blueprint("partners", __name__)

# For pages that show a secret: not kept anywhere, not told to the next page.
SECRET = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def own_agency(caller: Caller, agency: str) -> AgencyFacts:
    """Return the agency if the caller organizes it; NotFound otherwise, whether there is one or not."""
    with db.read() as session:
        found = _agency(session, agency)
    if not caller.may_organize(found.id):
        raise NotFound
    return found


def people_agency(caller: Caller, agency: str) -> AgencyFacts:
    """Return an agency whose people's data the caller may have to do with; NotFound for anybody else, admins too."""
    with db.read() as session:
        found = _agency(session, agency)
    if found.id not in caller.organizes_for:
        raise NotFound
    return found


def _agency(session: Session, agency: str) -> AgencyFacts:
    found = get_agency(session, number(agency))
    if found is None:
        raise NotFound
    return found


def show(template: str, status: int = 200, headers: Mapping[str, str] | None = None, **facts: Any) -> Response:
    """Return the page, with a status and headers of its own."""
    response = make_response(render_template(f"partners/{template}.html", zone=ZONE, **facts), status)
    response.headers.update(headers or {})
    return response


def go(url: str) -> AnyResponse:
    """Send the reader on after a form: 303, so that going back does not send it again."""
    return redirect(url, 303)


def show_private(template: str, status: int = 200, **facts: Any) -> Response:
    """Return a page that shows people's data, which is kept nowhere on the way."""
    return show(template, status, {"Cache-Control": "no-store"}, **facts)


def own_source(caller: Caller, source: str) -> SourceFacts:
    """Return a source that the caller looks after on either side; NotFound for anybody else."""
    with db.read() as session:
        found = queries.get_source(session, number(source))
    if not (caller.may_organize(found.giver_id) or caller.may_organize(found.receiver_id)):
        raise NotFound
    return found


def own_run(caller: Caller, run: str) -> tuple[RunFacts, SourceFacts]:
    """Return a import of a source that the caller looks after."""
    with db.read() as session:
        found = queries.get_run(session, number(run))
    return found, own_source(caller, str(found.source_id))


def sees_rows(caller: Caller, run: RunFacts, source: SourceFacts) -> bool:
    """Whether the caller may see what stands in a file: who sent it, and whose data it is; nobody else, whatever the role.

    The people in it have not agreed to anybody's reading it here yet.
    """
    return caller.id == run.by or source.giver_id in caller.organizes_for
