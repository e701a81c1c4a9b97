"""Draws: a booth opens one over its free times, seekers wish, everybody can redo the result."""

from typing import Any

from flask import flash, render_template, url_for
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.accounts.guards import caller as reader
from fairapp.booths import queries as booths
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.fairs import queries as fairs
from fairapp.language import in_language, say_when
from fairapp.scheduling import actions, queries, rules
from fairapp.scheduling.forms import WISHES, EntryForm, OpenDrawForm
from fairapp.scheduling.pages.base import blueprint, go
from fairapp.scheduling.pages.hours import Counter, counter_of, hours_url
from fairapp.shapes import number

MOST_LISTINGS = 50


@blueprint.route("/stand/<booth>/draws", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def booth_draws(caller: Caller, booth: str) -> Any:
    """Show a booth's draws, and open one."""
    counter = counter_of(caller, "interview", number(booth))
    form = OpenDrawForm(day=clock.local(max(clock.now(), counter.fair.starts_at), counter.fair.zone).date())
    if not form.is_submitted():
        return _stand(counter, form)
    try:
        if not form.validate():
            raise Invalid
        draw_id = _opened(counter, form, caller)
    except Invalid as error:
        form.add_errors(error)
        return _stand(counter, form, 422)
    flash(gettext("추첨을 열었어요"), "success")
    return go(url_for("scheduling.draw", draw=draw_id))


def _opened(counter: Counter, form: OpenDrawForm, caller: Caller) -> int:
    zone, now, booth = counter.fair.zone, clock.now(), counter.post.id
    span, times = form.span(zone), form.times(zone)
    with db.read() as session:
        free = queries.drawable(session, booth, *span)
    if not free:
        raise Invalid.one("day", gettext("이때에는 추첨할 수 있는 빈 시간이 없어요"))
    made: int = db.write(actions.open_draw, booth, free, *times, caller.id, now, share=form.share.data or 0)
    return made


def _stand(counter: Counter, form: OpenDrawForm, status: int = 200) -> Any:
    with db.read() as session:
        draws = queries.draws_at_booth(session, counter.post.id)
    back = hours_url(counter.post.kind, counter.post.id)
    page = {"post": counter.post, "fair": counter.fair, "draws": draws, "form": form, "moment": clock.now()}
    return render_template("scheduling/draws.html", **page, back=back), status


@blueprint.get("/draws/<draw>")
def draw(draw: str) -> Any:
    """Show a draw: what can be wished for, or what came of it."""
    return _draw(number(draw))


@blueprint.post("/draws/<draw>")
@guards.page(guards.signed_in)
def enter_draw(caller: Caller, draw: str) -> Any:
    """Enter a draw, or change one's wishes."""
    draw_id, now, form = number(draw), clock.now(), EntryForm()
    with db.read() as session:
        form.offer(*_choices(session, draw_id, now))
    try:
        if not form.validate():
            raise Invalid
        listing = int(form.listing.data) if form.listing.data else None
        told = {"consent": bool(form.consent.data), "listing_id": listing}
        db.write(actions.enter_draw, draw_id, caller.id, form.wishes(), now, **told)
    except Invalid as error:
        form.add_errors(error)
        return _draw(draw_id, form)
    except Conflict as error:
        flash(str(error.detail), "danger")
    else:
        flash(gettext("추첨에 신청했어요. 결과는 메일과 화면으로 알려 드려요"), "success")
    return go(url_for("scheduling.draw", draw=draw_id))


@blueprint.post("/draws/<draw>/leaving")
@guards.page(guards.signed_in)
def leave_draw(caller: Caller, draw: str) -> Any:
    """Take one's entry back."""
    draw_id = number(draw)
    try:
        db.write(actions.leave_draw, draw_id, caller.id, clock.now())
    except Conflict as error:
        flash(str(error.detail), "danger")
    else:
        flash(gettext("추첨 신청을 거두었어요"), "success")
    return go(url_for("scheduling.draw", draw=draw_id))


def _choices(session: Any, draw_id: int, now: Any) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return what can be chosen: times and listings, each with its words; NotFound where there is no such draw."""
    found = queries.draw_of(session, draw_id)
    if found is None:
        raise NotFound
    zone = fairs.fair_by_id(session, found.draw.fair_id).zone
    slots = sorted(queries.slots_by_id(session, list(found.seats)).values(), key=lambda one: (one.starts_at, one.id))
    open_ones = booths.visible_of_booths(session, [found.draw.booth_id], now, MOST_LISTINGS)
    listings = open_ones.get(found.draw.booth_id, [])
    return (
        [(str(one.id), _said(one, zone)) for one in slots],
        [(str(one.id), in_language(one.title, one.title_en)) for one in listings],
    )


def _said(slot: Any, zone: str) -> str:
    when = say_when(slot.starts_at, zone)
    return gettext("%(when)s %(who)s", when=when, who=slot.host_name) if slot.host_name else when


def _draw(draw_id: int, form: EntryForm | None = None) -> Any:
    now, found_reader = clock.now(), reader()
    with db.read() as session:
        choices = _choices(session, draw_id, now)
        found = queries.draw_of(session, draw_id)
        if found is None:
            raise NotFound
        mine = queries.own_draw_entry(session, draw_id, found_reader.id) if found_reader else None
        fair = fairs.fair_by_id(session, found.draw.fair_id)
        name = queries.booth_name(session, found.draw.booth_id)
        over = found.draw.drawn_at is not None
        entries = queries.drawn_entries(session, draw_id) if over else []
    if form is None:
        chosen = dict(zip(WISHES, mine.wishes, strict=False)) if mine else {}
        form = EntryForm(formdata=None, listing=str(mine.listing_id or "") if mine else "", **chosen)
        form.offer(*choices)
    page = render_template(
        "scheduling/draw.html",
        draw=found.draw,
        entered=found.entries,
        fair=fair,
        name=name,
        mine=mine,
        words=dict(choices[0]),
        entries=entries,
        form=form,
        promise=rules.commitment(found.draw.seed),
        open=now < found.draw.closes_at,
        over=over,
        moment=now,
    )
    return page, 422 if form.errors else 200
