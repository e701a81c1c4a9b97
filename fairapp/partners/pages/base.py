"""What the pages of partners share."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from fairapp import db
from fairapp.accounts.guards import Caller
from fairapp.agencies.queries import AgencyFacts, get_agency
from fairapp.errors import NotFound
from fairapp.shapes import number

blueprint = Blueprint("partners", __name__)

ZONE = "Asia/Seoul"  # times that belong to no fair
# For pages that show a secret: not kept anywhere, not told to the next page.
SECRET = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def own_agency(caller: Caller, agency: str) -> AgencyFacts:
    """Return the agency if the caller organizes it; NotFound otherwise, whether there is one or not."""
    with db.read() as session:
        found = _agency(session, agency)
    if not caller.may_organize(found.id):
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
