"""Planning a fair: where to begin, what is missing, how it will look to each at each time, who takes part."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from fairapp import clock, db, language
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Invalid, NotFound
from fairapp.fairs import actions, queries, rules
from fairapp.fairs.models import Fair
from fairapp.fairs.pages.base import blueprint, organized
from fairapp.forms import BaseForm
from fairapp.shapes import number

MOST_PAST = 50
# Where each step of the plan is done. Pages of later domains are named by their addresses.
WHERE = {
    "texts": "/organize/%s/edit",
    "target": "/organize/%s/edit#hire_target",
    "letters": "/organize/%s/edit#letter_note",
    "announce": "/organize/%s/edit#announced_at",
    "agencies": "/organize/%s/agencies",
    "sites": "/organize/%s/sites",
    "rooms": "/organize/%s/sites",
    "floor": "/organize/%s/floor",
    "places": "/organize/%s/places",
    "booths": "/organize/%s/booths",
    "listings": "/organize/%s/import",
    "hours": "/organize/%s/booths?state=approved",
    "coaches": "/fairs/%s/coaches/new",
}


@blueprint.get("/organize/fairs/begin")
@guards.page(guards.organizer)
def begin(caller: Caller) -> str:
    """Offer the ways to begin: a template, a past fair, or an empty page."""
    now = clock.now()
    mine = None if caller.is_admin else caller.organizes_for
    with db.read() as session:
        past = queries.fairs(session, now, agencies=mine, limit=MOST_PAST)[:MOST_PAST]
    return render_template("fairs/begin.html", templates=rules.TEMPLATES, past=past)


def drafted(caller: Caller, now: datetime) -> dict[str, Any]:
    """Return what the form of a new fair begins with, from the address: `template` or `copy` (a fair's slug), and `first`.

    Nothing for an empty page; NotFound for what there is not.
    """
    template, slug = request.args.get("template", ""), request.args.get("copy", "")
    if not (template or slug):
        return {}
    try:
        first = date.fromisoformat(request.args.get("first", ""))
    except ValueError:
        first = clock.local(now, "Asia/Seoul").date()
    if template:
        if template not in rules.TEMPLATES:
            raise NotFound
        return rules.from_template(template, first, "Asia/Seoul")
    with db.read() as session:
        fair = organized(session, caller, slug, now)
    kept = {name: getattr(fair, name) for name in (*rules.FairFields.__slots__, "agency_id") if name != "slug"}
    times = {name: kept[name] for name in rules.TIMES}
    return kept | rules.moved_to(times, first, fair.zone) | {"copied": str(fair.id)}


@blueprint.get("/organize/<slug>/plan")
@guards.page(guards.organizer)
def plan(caller: Caller, slug: str) -> str:
    """Show what the fair needs, and what of it is missing."""
    now = clock.now()
    with db.read() as session:
        fair = organized(session, caller, slug, now)
        steps = rules.steps(queries.plan_of(session, fair, now))
    missing = [step for step in steps if not step.done and not step.optional]
    where = {key: address % fair.slug for key, address in WHERE.items()}
    slug = request.args.get("copied", "")  # the fair from which this one was begun, just now
    copied = slug if rules.SLUG.fullmatch(slug) else ""
    return render_template("fairs/plan.html", fair=fair, steps=steps, missing=missing, where=where, copied=copied)


@dataclass(frozen=True, slots=True)
class Act:
    """A part of a fair's time: from when, its phase, and what each role can do in it."""

    at: datetime
    phase: str
    words: dict[str, LazyString]


CAN: dict[str, dict[str, LazyString]] = {
    "draft": {
        "seeker": _l("아무것도 보이지 않아요"),
        "recruiter": _l("초대를 받거나 승인을 기다리고 공고를 올려요"),
        "coach": _l("코칭 시간을 열어 둘 수 있어요"),
        "organizer": _l("모두 준비하고 고칠 수 있어요"),
    },
    "announced": {
        "seeker": _l("공고와 기업을 보고, 예약이 열리는 때를 알아요"),
        "recruiter": _l("부스를 신청하고 채용 의사를 확인해요"),
        "coach": _l("코칭 시간을 열어요"),
        "organizer": _l("신청을 승인하고 자리를 정해요"),
    },
    "booking": {
        "seeker": _l("면접과 코칭을 예약하고 바꿔요"),
        "recruiter": _l("예약을 보고 시간을 더 열어요"),
        "coach": _l("예약을 보고 준비해요"),
        "organizer": _l("빈자리와 채용을 멈춘 부스를 살펴요"),
    },
    "open": {
        "seeker": _l("입장하고, 면접을 보고, 줄을 서요"),
        "recruiter": _l("사람을 부르고 출석과 결과를 적어요"),
        "coach": _l("코칭하고 출석을 적어요"),
        "organizer": _l("입장을 확인하고 현장을 봐요"),
    },
    "closed": {
        "seeker": _l("결과를 보고, 사실과 다르면 알려요"),
        "recruiter": _l("기한 안에 결과를 적어요"),
        "coach": _l("메모를 마무리해요"),
        "organizer": _l("보고서를 만들고 결과를 재촉해요"),
    },
    "archived": {
        "seeker": _l("목록에서 빠지고, 내 기록은 남아요"),
        "recruiter": _l("근속을 적어요"),
        "coach": _l("기록이 남아요"),
        "organizer": _l("보고서와 기록이 남아요"),
    },
}


def acts(fair: Fair, now: datetime) -> list[Act]:
    """Return the parts of a fair's time in order, from now on where it is a draft."""
    moments = [now, fair.announced_at, fair.booking_opens_at, fair.starts_at, fair.ends_at, fair.archived_at]
    found = [
        Act(moment, phase, CAN[phase])
        for moment in sorted({one for one in moments if one is not None and one >= min(now, fair.starts_at)})
        if (phase := rules.phase(fair, moment))
    ]
    return [one for n, one in enumerate(found) if n == 0 or one.phase != found[n - 1].phase]


@blueprint.get("/organize/<slug>/rehearsal")
@guards.page(guards.organizer)
def rehearsal(caller: Caller, slug: str) -> Any:
    """Show the fair as it will be at a moment: its phase, what each role can do then, and what there will be to see."""
    now = clock.now()
    with db.read() as session:
        fair = organized(session, caller, slug, now)
        parts, error = acts(fair, now), ""
        try:
            at = _moment(request.args.get("at", ""), fair) or now
        except Invalid as refused:
            at, error = now, str(refused.detail)
        there = queries.counts(session, [fair.id], at)[fair.id]
        standing = queries.plan_of(session, fair, at)
    phase = rules.phase(fair, at)
    page = render_template(
        "fairs/rehearsal.html",
        fair=fair,
        at=at,
        phase=phase,
        acts=parts,
        can=CAN[phase],
        counts=there,
        lapsed=max(0, standing.booths - standing.hiring),
        error=error,
        typed=request.args.get("at", "")[:40],
    )
    return page, 422 if error else 200


def _moment(text: str, fair: Fair) -> datetime | None:
    """Return the moment that the address names: RFC 3339, or a wall-clock time of the fair's zone; Invalid for none."""
    if not text:
        return None
    try:
        wall = datetime.fromisoformat(text)
        if not 2000 <= wall.year <= 2200:
            raise ValueError
        return clock.as_utc(wall) if wall.tzinfo else clock.from_local(wall, fair.zone)
    except (ValueError, OverflowError) as error:
        raise Invalid(_l("그런 시각은 없어요. 다른 시각을 골라 주세요")) from error


class _Chosen(BaseForm):
    """Nothing but the token: the boxes are the page's own."""


@blueprint.route("/organize/<slug>/agencies", methods=["GET", "POST"])
@guards.page(guards.organizer)
def agencies(caller: Caller, slug: str) -> Any:
    """Choose the agencies that take part in the fair."""
    now = clock.now()
    with db.read() as session:
        fair = organized(session, caller, slug, now)
        joined = queries.agencies_of(session, fair.id)
        others = queries.agencies_not_of(session, fair)
    if request.method == "POST" and _Chosen().validate():
        try:
            ids = {number(one) for one in request.form.getlist("agency")[:500]}
            db.write(actions.set_agencies, fair.id, ids, now)
        except Invalid as error:
            flash(language.in_language(str(error.detail), ""), "danger")
        else:
            flash(gettext("함께할 기관을 정했어요."), "success")
        return redirect(url_for("fairs.agencies", slug=fair.slug), 303)
    return render_template("fairs/agencies.html", fair=fair, joined=joined, others=others)
