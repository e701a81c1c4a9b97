"""One visit as its organizer sees it: other hours or none, looked at first with the people it touches; coaches sent there."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.accounts.queries import account_names
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.language import say_when
from fairapp.scheduling import rules as scheduling
from fairapp.scheduling.queries import Cut, SlotRow
from fairapp.shapes import number
from fairapp.visits import actions, forms, queries
from fairapp.visits.actions import Stop, Target
from fairapp.visits.pages.base import Kept, blueprint, coach_choices, go, kept
from fairapp.visits.queries import StopRow


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be taken back, whose meetings are in it, and what was chosen, or is likely, for each of them."""

    cut: Cut
    people: Mapping[int, str]  # names of the seekers
    chosen: Mapping[int, str]  # by booking: keep, tell, or the id of a slot

    @property
    def seen(self) -> str:
        """What the draft rests on, as one word: other bookings make another word."""
        parts = [(facts.id, facts.rev) for facts in self.cut.booked], [row.id for row in self.cut.slots]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

    def choices(self) -> dict[int, str | int]:
        """Return what becomes of each booking; Invalid where none was chosen, or one that is not there."""
        told: dict[int, str | int] = {}
        for facts in self.cut.booked:
            text = self.chosen[facts.id]
            offered = {str(row.id) for row in self.cut.places[facts.id]}
            if text not in {"keep", "tell"} and text not in offered:
                raise Invalid.one("choices", scheduling.NO_CHOICE)
            told[facts.id] = int(text) if text in offered else text
        return told


def drafted(session: Session, rows: Sequence[SlotRow], now: datetime) -> Draft:
    """Return the draft for taking back these slots, with what the posted form chose; the nearest free time is likely."""
    cut = queries.to_take_back(session, rows, now)
    people = account_names(session, [facts.seeker_id for facts in cut.booked])
    given: set[int] = set()
    chosen: dict[int, str] = {}
    for facts in cut.booked:
        left = [(row.starts_at, row.id) for row in cut.places[facts.id] if row.id not in given]
        nearest = scheduling.nearest(facts.starts_at, left)
        given |= set() if nearest is None else {nearest}
        chosen[facts.id] = request.form.get(f"choice-{facts.id}") or str(nearest or "")
    return Draft(cut, people, chosen)


def _kept(caller: Caller, slug: str, visit: str) -> Kept:
    with db.read() as session:
        return kept(session, caller, slug, visit, clock.now())


def _back(here: Kept) -> Any:
    return go(url_for("visits.edit", slug=here.fair.slug, visit=here.visit.id))


@blueprint.get("/organize/<slug>/visits/<visit>")
@guards.page(guards.organizer)
def edit(caller: Caller, slug: str, visit: str) -> Any:
    """Show the visit, its coaches, and what can be done with it."""
    return _show(_kept(caller, slug, visit))


@blueprint.post("/organize/<slug>/visits/<visit>")
@guards.page(guards.organizer)
def change(caller: Caller, slug: str, visit: str) -> Any:
    """Look at other hours, or none, then do it with everybody whom it touches."""
    here, form = _kept(caller, slug, visit), forms.ChangeForm()
    if not form.validate():
        return _show(here, form, status=422)

    def draft_of(session: Session) -> tuple[Draft, Target]:
        visits = [here.visit.id]
        if form.scope.data == "following" and here.visit.rule_id is not None:
            visits = queries.following(session, here.visit)
        rows = queries.visits_by_id(session, visits, clock.now())
        spans = {row.id: None if (hours := form.hours()) is None else hours.on(row.day, row.zone) for row in rows}
        found = queries.outside(session, rows, spans, clock.now())
        return drafted(session, found, clock.now()), Target(visits, form.hours(), form.rooms.data)

    def carry_out(draft: Draft, target: Target) -> int:
        return len(
            db.write(actions.change_visits, target, draft.choices(), caller.id, form.reason.data or "", clock.now())
        )

    return _looked(here, form, draft_of, carry_out, lambda draft, status: _show(here, form, draft, status))


def _looked(
    here: Kept,
    form: forms.ChoicesForm,
    draft_of: Callable[[Session], tuple[Draft, Any]],
    carry_out: Callable[[Draft, Any], int],
    show: Callable[[Draft | None, int], Any],
) -> Any:
    """Show the draft; once it was seen as it is now, carry it out and go back to the visit."""
    draft = None
    try:
        with db.read() as session:
            draft, target = draft_of(session)
        if request.form.get("do") != "go":
            return show(draft, 200)
        if form.seen.data != draft.seen:
            flash(gettext("그 사이에 예약이 바뀌었어요. 다시 확인해 주세요"), "warning")
            return show(draft, 409)
        closed = carry_out(draft, target)
    except Invalid as error:
        form.add_errors(error)
        return show(draft, 422)
    except Conflict as error:
        flash(str(error.detail), "danger")
        return show(draft, 409)
    said = ngettext(
        "고쳤어요. 시간 %(num)s개를 닫고 모두에게 알렸어요", "고쳤어요. 시간 %(num)s개를 닫고 모두에게 알렸어요", closed
    )
    flash(said, "success")
    return _back(here)


@blueprint.post("/organize/<slug>/visits/<visit>/opening")
@guards.page(guards.organizer)
def put_back(caller: Caller, slug: str, visit: str) -> Any:
    """Open a day that is off after all."""
    here = _kept(caller, slug, visit)
    try:
        db.write(actions.put_back, here.visit.id, caller.id, clock.now())
    except Invalid as error:
        flash(str(error.errors[0].message), "danger")
    else:
        flash(gettext("이날도 열어요."), "success")
    return _back(here)


@blueprint.post("/organize/<slug>/visits/<visit>/stops")
@guards.page(guards.organizer)
def send(caller: Caller, slug: str, visit: str) -> Any:
    """Send a coach to the visit."""
    here, form = _kept(caller, slug, visit), forms.StopForm()
    with db.read() as session:
        form.offer(coach_choices(session, here.fair.id, clock.now()))
    status = 422
    try:
        if not form.validate():
            raise Invalid
        stop = _stop(here, form)
        db.write(actions.plan_stop, stop, caller.id, clock.now())
    except Invalid as error:
        if error.errors:
            form.add_errors(error)
    except Conflict as error:
        form.add_errors(Invalid.one("starts", said(error, here.fair.zone)))
        status = 409
    else:
        flash(gettext("코치의 시간을 열고 이동 시간을 비워 두었어요."), "success")
        return _back(here)
    return _show(here, stop_form=form, status=status)


def _stop(here: Kept, form: forms.StopForm) -> Stop:
    start, end = form.span(here.visit.day, here.fair.zone)
    length, gap = timedelta(minutes=form.length.data or 0), timedelta(minutes=form.gap.data or 0)
    return Stop(here.visit.id, number(form.coach.data), start, end, length, gap)


def said(error: Conflict, zone: str) -> str:
    """Return the refusal in words, with the nearest time at which the coach could be there."""
    nearest = getattr(error, "nearest", None)
    detail = str(error.detail)
    if nearest is None:
        return detail
    return gettext("%(detail)s. 가장 가까운 때는 %(when)s부터예요", detail=detail, when=say_when(nearest, zone))


@blueprint.route("/organize/<slug>/stops/<stop>/removal", methods=["GET", "POST"])
@guards.page(guards.organizer)
def take_back(caller: Caller, slug: str, stop: str) -> Any:
    """Take a coach off a visit, having seen whose meetings that touches."""
    now = clock.now()
    with db.read() as session:
        found = queries.get_stop(session, number(stop))
        if found is None:
            raise NotFound
        here = kept(session, caller, slug, str(found.visit_id), now)
    form = forms.ChoicesForm()

    def draft_of(session: Session) -> tuple[Draft, StopRow]:
        rows = queries.outside(session, [here.visit], {here.visit.id: None}, now, found.account_id)
        hers = [row for row in rows if found.starts_at <= row.starts_at < found.ends_at]
        return drafted(session, hers, now), found

    def carry_out(draft: Draft, target: StopRow) -> int:
        choices = draft.choices()
        return len(db.write(actions.take_back_stop, target.id, choices, caller.id, form.reason.data or "", now))

    def show(draft: Draft | None, status: int) -> Any:
        page = render_template(
            "visits/take_back.html", fair=here.fair, visit=here.visit, stop=found, form=form, draft=draft
        )
        return page, status

    if form.is_submitted() and not form.validate():
        return show(None, 422)
    return _looked(here, form, draft_of, carry_out, show)


def _show(
    here: Kept,
    form: forms.ChangeForm | None = None,
    draft: Draft | None = None,
    status: int = 200,
    stop_form: forms.StopForm | None = None,
) -> Any:
    start, end = (clock.local(one, here.fair.zone).time() for one in (here.visit.starts_at, here.visit.ends_at))
    with db.read() as session:
        stops = queries.stops_of_visits(session, [here.visit.id])
        coaches = coach_choices(session, here.fair.id, clock.now())
    stop_form = stop_form or forms.StopForm(formdata=None, starts=start, ends=end)
    stop_form.offer(coaches)
    page = render_template(
        "visits/edit.html",
        fair=here.fair,
        visit=here.visit,
        stops=stops,
        form=form or forms.ChangeForm(formdata=None, starts=start, ends=end, rooms=here.visit.rooms),
        stop_form=stop_form,
        draft=draft,
        moment=clock.now(),
    )
    return page, status
