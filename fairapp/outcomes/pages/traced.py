"""The trace of a fair, and of what belongs to none, as people read it."""

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.labels import LABELS
from fairapp.outcomes import queries
from fairapp.outcomes.pages.base import blueprint
from fairapp.outcomes.pages.organizer import organized
from fairapp.shapes import decode_cursor, page_of
from fairapp.trace import NO_FAIR, seal

AT_ONCE = 50
ZONE = "Asia/Seoul"
ASKED = ("what", "actor", "about", "day")


@blueprint.get("/organize/<ref>/trace")
@guards.page(guards.signed_in)
def trace(caller: guards.Caller, ref: str) -> Any:
    """Show who did what at a fair."""
    fair = organized(caller, ref, clock.now())
    return _trace(fair.id, fair.zone, "outcomes.trace", fair=fair, ref=fair.slug)


@blueprint.get("/admin/trace")
@guards.page(guards.admin)
def whole_trace(caller: guards.Caller) -> Any:
    """Show an admin who did what outside of any fair: accounts, roles, employers, agencies."""
    return _trace(NO_FAIR, ZONE, "outcomes.whole_trace")


def _trace(chain: int, zone: str, endpoint: str, fair: Any = None, **where: Any) -> Any:
    typed = {name: request.args.get(name, "").strip()[:80].replace("\x00", "") for name in ASKED}
    errors: dict[str, str] = {}
    wanted = _wanted(typed, zone, errors)
    before = decode_cursor(request.args.get("cursor"), int)
    with db.read() as session:
        found = queries.traced(session, chain, wanted, before[0] if before else None, AT_ONCE)
        last = seal(session, chain)
    rows, following = page_of(found, AT_ONCE, lambda row: (row.seq,))
    asked: dict[str, Any] = {name: value for name, value in typed.items() if value}
    page = render_template(
        "outcomes/trace.html",
        fair=fair,
        zone=zone,
        rows=rows,
        typed=typed,
        errors=errors,
        seal=last,
        deeds=LABELS["trace"],
        more=url_for(endpoint, cursor=following, **where, **asked) if following else None,
    )
    return page, 422 if errors else 200


def _wanted(typed: dict[str, str], zone: str, errors: dict[str, str]) -> queries.Wanted:
    since = until = None
    if typed["day"]:
        try:
            since, until = clock.day_bounds(date.fromisoformat(typed["day"]), zone)
        except (ValueError, OverflowError):
            errors["day"] = gettext("2026-11-22와 같은 날짜여야 해요")
    about = typed["about"]
    if about and not (about.isascii() and about.isdigit() and len(about) < 18):
        errors["about"] = gettext("번호를 숫자로 적어 주세요")
        about = ""
    return queries.Wanted(typed["what"], typed["actor"], int(about) if about else None, since, until)
