"""A counsellor's people: the overdue first, filtered by stage, page by page."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.language import label
from fairapp.programmes import queries
from fairapp.programmes.pages.base import blueprint, names_for
from fairapp.programmes.queries import Case
from fairapp.shapes import decode_cursor, page_of

SHOWN = 30
STAGES = ("1", "2", "3", "4", "none")


def _wanted(case: Case, stage: str, late: str) -> bool:
    at = "none" if case.stage is None else str(case.stage)
    return (not stage or at == stage) and (not late or bool(case.late))


def _tabs(cases: list[Case], stage: str, late: str) -> list[dict[str, Any]]:
    """Return the filters with how many people each leaves."""
    items: list[dict[str, Any]] = [{"url": "/caseload", "label": gettext("모두"), "count": len(cases)}]
    items[0]["current"] = not stage and not late
    count = sum(bool(case.late) for case in cases)
    items.append({"url": "/caseload?late=1", "label": gettext("늦은 일"), "count": count, "current": bool(late)})
    for one in STAGES:
        count = sum(_wanted(case, one, "") for case in cases)
        said = gettext("과정 전") if one == "none" else gettext("%(n)s단계", n=one)
        items.append({"url": f"/caseload?stage={one}", "label": said, "count": count, "current": stage == one})
    return items


@blueprint.get("/caseload")
@guards.page(guards.coach)
def caseload(caller: Caller) -> Any:
    """List whom one counsels."""
    now = clock.now()
    stage = request.args.get("stage", "")
    stage, late = stage if stage in STAGES else "", request.args.get("late", "")[:1]
    after = decode_cursor(request.args.get("cursor"), int, str, int)
    with db.read() as session:
        every = queries.cases(session, now, agency_ids=caller.coaches_for, counsellor_id=caller.id)
    rows = [case for case in every if _wanted(case, stage, late)]
    if after is not None:
        rows = [case for case in rows if _key(case) > after]
    shown, following = page_of(rows[: SHOWN + 1], SHOWN, _key)
    names: dict[tuple[int, int], str] = {}
    for agency_id in sorted({case.agency_id for case in shown}):
        here = [case.seeker_id for case in shown if case.agency_id == agency_id]
        names |= {(agency_id, who): facts.name for who, facts in names_for(caller, here, agency_id, now).items()}
    page = render_template(
        "programmes/caseload.html",
        cases=shown,
        names=names,
        tabs_shown=_tabs(every, stage, late),
        late_words={case.id: [label("late", one) for one in case.late] for case in shown},
        next=following,
        continued=after is not None,
        filters={"stage": stage or None, "late": late or None},
    )
    return page, 200, {"Cache-Control": "no-store"}


def _key(case: Case) -> tuple[int, str, int]:
    rank, day, number = case.order
    return rank, day.isoformat(), number
