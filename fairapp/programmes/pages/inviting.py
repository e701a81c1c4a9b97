"""A counsellor's invitations to sessions for many: training, tours of companies."""

from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import NotFound
from fairapp.language import in_language, label
from fairapp.programmes import actions, queries, rules
from fairapp.programmes.models import Pool
from fairapp.programmes.pages.base import agency_names, back, blueprint
from fairapp.shapes import number


def _groups(caller: Caller, agency_id: int) -> dict[str, str]:
    """Return who can be invited: one's own people of a stage, or a pool of the agency."""
    with db.read() as session:
        pools = queries.pools_of(session, [agency_id], rules.day_of(clock.now()))
    stages = {f"stage-{n}": gettext("내가 맡은 %(n)s단계", n=n) for n in (1, 2, 3, 4)}
    return stages | {f"pool-{pool.id}": in_language(pool.name, pool.name_en) for pool in pools}


@blueprint.get("/caseload/sessions")
@guards.page(guards.coach)
def sessions(caller: Caller) -> Any:
    """List the sessions for many that the counsellor's agencies give, each with who can be invited."""
    now = clock.now()
    with db.read() as session:
        rows = {agency: queries.coming_sessions(session, agency, now) for agency in sorted(caller.coaches_for)[:10]}
    groups = {agency: _groups(caller, agency) for agency in rows}
    return render_template(
        "programmes/sessions.html",
        rows=rows,
        groups=groups,
        names=agency_names(caller.coaches_for),
        topic=lambda code: label("topic", code) if code else label("kind", "group"),
    )


@blueprint.post("/caseload/sessions/<agency>/<slot>")
@guards.page(guards.coach)
def invite(caller: Caller, agency: str, slot: str) -> Any:
    """Invite the people of a stage or a pool to a session."""
    agency_id, slot_id, now, who = number(agency), number(slot), clock.now(), request.form.get("who", "")
    if agency_id not in caller.coaches_for or who not in _groups(caller, agency_id):
        raise NotFound
    kind, _, which = who.partition("-")
    with db.read() as session:
        if kind == "pool":
            pool = session.get_one(Pool, int(which))
            people = [one.seeker_id for one in queries.members(session, pool, now, limit=500)]
        else:
            mine = queries.cases(session, now, agency_ids=[agency_id], counsellor_id=caller.id)
            people = [case.seeker_id for case in mine if str(case.stage) == which]
    count = db.write(actions.invite, slot_id, agency_id, people, caller.id, now)
    flash(gettext("새로 초대한 사람: %(n)s명", n=count), "success")
    return back("sessions")
