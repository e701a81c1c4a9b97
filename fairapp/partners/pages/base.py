"""What the pages of partners share: who may see a source, and a import of it."""

from typing import Any

from flask import Blueprint, make_response, render_template

from fairapp import db
from fairapp.accounts.guards import Caller
from fairapp.agencies.rules import ZONE
from fairapp.errors import NotFound
from fairapp.partners import queries
from fairapp.partners.queries import RunFacts, SourceFacts
from fairapp.shapes import number

blueprint = Blueprint("partners", __name__)


def show(template: str, status: int = 200, **facts: Any) -> Any:
    """Return a page of this domain; what it shows of people is kept nowhere."""
    response = make_response(render_template(f"partners/{template}.html", zone=ZONE, **facts), status)
    response.headers["Cache-Control"] = "no-store"
    return response


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
