"""What is printed for a fair: the pass in the size of a card, badges, signs of booths."""

from typing import Any

import segno
from flask import Response, request
from flask_babel import gettext

from fairapp import clock, db, printing, trace
from fairapp.accounts import guards
from fairapp.errors import NotFound
from fairapp.fairs.models import Fair
from fairapp.language import in_language, label, say_span
from fairapp.outcomes import queries, rules
from fairapp.outcomes.pages.base import blueprint
from fairapp.outcomes.pages.figures import reader_of_file, sheet
from fairapp.outcomes.pages.hall import public_url
from fairapp.outcomes.pages.organizer import organized


def _svg(text: str) -> str:
    """Return a QR code as SVG with its own size, for print."""
    return segno.make(text, error="m", micro=False).svg_inline(scale=4, border=2)


@blueprint.get("/fairs/<ref>/pass.pdf")
@guards.page(guards.signed_in)
def pass_sheet(caller: guards.Caller, ref: str) -> Response:
    """Give one's own pass as a card to be printed or kept on the phone."""
    now = clock.now()
    with db.read() as session:
        fair = queries.seen_fair(session, ref, caller, now)
        code = queries.pass_code(session, fair.id, caller.id)
    if code is None:
        raise NotFound
    data = _head(fair) | {
        "name": caller.name,
        "code": rules.spaced_code(code),
        "qr": _svg(code),
        "alt": gettext("입장권의 QR 코드"),
    }
    return sheet(printing.pdf("pass", data), "pdf", f"{fair.slug}-pass.pdf")


def _head(fair: Fair) -> dict[str, Any]:
    when = say_span(fair.starts_at, fair.ends_at, fair.zone)
    return {"language": reader_of_file(), "fair": in_language(fair.name, fair.name_en), "when": when}


@blueprint.get("/organize/<ref>/badges.pdf")
@guards.page(guards.signed_in)
def badges(caller: guards.Caller, ref: str) -> Response:
    """Give the badges of staff; of everybody with a pass by `?who=seekers`, which is written into the trace."""
    now = clock.now()
    fair = organized(caller, ref, now)
    with db.read() as session:
        staff, seekers = queries.staff_badges(session, fair.id), queries.seeker_badges(session, fair.id)
    found = seekers if request.args.get("who") == "seekers" else staff
    if not found:
        raise NotFound(gettext("이름표를 만들 사람이 아직 없어요"))
    db.write(
        trace.record, "badges.printed", "fair", fair.id, now, by=caller.id, fair_id=fair.id, data={"rows": len(found)}
    )
    roles = {"seeker": gettext("구직자")}
    rows = [
        {
            "name": one.name,
            "organisation": in_language(one.organisation, one.organisation_en),
            "role": roles.get(one.role) or label("role", one.role),
            "qr": _svg(one.code) if one.code else None,
        }
        for one in found
    ]
    data = _head(fair) | {"title": gettext("이름표"), "badges": rows, "alt": gettext("입장권의 QR 코드")}
    return sheet(printing.pdf("badges", data), "pdf", f"{fair.slug}-badges.pdf")


@blueprint.get("/organize/<ref>/signs.pdf")
@guards.page(guards.signed_in)
def signs(caller: guards.Caller, ref: str) -> Response:
    """Give a sign for each approved booth: its place, its employer, and the way to its page."""
    fair = organized(caller, ref, clock.now())
    with db.read() as session:
        found = queries.booth_signs(session, fair.id)
    if not found:
        raise NotFound(gettext("승인된 부스가 아직 없어요"))
    rows = [
        {
            "place": one.room or "",
            "site": one.site or "",
            "employer": one.name,
            "employer_en": one.name_en,
            "industry": in_language(one.industry, one.industry_en),
            "qr": _svg(public_url(f"/booths/{one.id}")),
        }
        for one in found
    ]
    data = _head(fair) | {
        "title": gettext("부스 안내판"),
        "signs": rows,
        "invite": gettext("면접 시간 보기"),
        "alt": gettext("이 부스의 QR 코드"),
    }
    return sheet(printing.pdf("signs", data), "pdf", f"{fair.slug}-signs.pdf")
