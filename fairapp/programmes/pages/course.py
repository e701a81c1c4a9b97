"""The course of a person, as her counsellor steers it: beginning, moving, pausing, ending."""

from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext

from fairapp import db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Invalid, NotFound
from fairapp.programmes import actions, queries
from fairapp.programmes.models import Assignment, Programme
from fairapp.programmes.pages.base import blueprint
from fairapp.programmes.pages.person import act
from fairapp.shapes import number


@blueprint.post("/caseload/<case>/course")
@guards.page(guards.coach)
def begin_course(caller: Caller, case: str) -> Any:
    """Let the person begin a course of the agency."""

    def do(found: Assignment, form: Any, now: datetime) -> str:
        programme_id = number(form.programme.data)
        with db.read() as session:
            programme = session.get(Programme, programme_id)
        if programme is None or programme.agency_id != found.agency_id:
            raise Invalid.one("programme", gettext("목록에 있는 값을 골라 주세요"))
        db.write(actions.begin, programme_id, found.seeker_id, caller.id, now)
        return gettext("과정을 시작했어요")

    return act(caller, case, "course", do)


def _way(found: Assignment) -> int:
    with db.read() as session:
        way = queries.participation_of(session, found.agency_id, found.seeker_id)
    if way is None:
        raise NotFound
    return way.id


@blueprint.post("/caseload/<case>/stage")
@guards.page(guards.coach)
def change_stage(caller: Caller, case: str) -> Any:
    """Move the person to another stage, or pause or resume her course: `do` is `move`, `pause` or `resume`."""

    def do(found: Assignment, form: Any, now: datetime) -> str:
        way, why, what = _way(found), form.why.data or "", request.form.get("do")
        if what == "pause":
            db.write(actions.pause, way, caller.id, now, why=why)
            return gettext("과정을 쉬어요")
        if what == "resume":
            db.write(actions.resume, way, caller.id, now)
            return gettext("과정을 다시 시작했어요")
        if what != "move" or form.to.data not in {"1", "2", "3", "4"}:
            raise Invalid.one("to", gettext("단계를 골라 주세요"))
        db.write(actions.move, way, int(form.to.data), caller.id, now, why=why)
        return gettext("단계를 옮겼어요")

    return act(caller, case, "stage", do)


@blueprint.post("/caseload/<case>/end")
@guards.page(guards.coach)
def end_course(caller: Caller, case: str) -> Any:
    """End the course."""

    def do(found: Assignment, form: Any, now: datetime) -> str:
        db.write(actions.end, _way(found), form.reason.data, caller.id, now)
        return gettext("과정을 마쳤어요")

    return act(caller, case, "end", do)
