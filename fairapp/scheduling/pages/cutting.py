"""A day becomes shorter: a part of it is taken back, and for each meeting in it staff say whether it stays, moves or ends."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.accounts.queries import account_names
from fairapp.errors import Conflict, Invalid
from fairapp.scheduling import actions, queries, rules
from fairapp.scheduling.forms import CutForm
from fairapp.scheduling.pages.base import blueprint, go
from fairapp.scheduling.pages.hours import Counter, counter_of, hours_url
from fairapp.scheduling.queries import Cut
from fairapp.shapes import number


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
        """Return what becomes of each booking, as cut_day takes it; Invalid where none was chosen, or one that is not there."""
        told: dict[int, str | int] = {}
        for facts in self.cut.booked:
            text = self.chosen[facts.id]
            offered = {str(row.id) for row in self.cut.places[facts.id]}
            if text not in {"keep", "tell"} and text not in offered:
                raise Invalid.one("choices", rules.NO_CHOICE)
            told[facts.id] = int(text) if text in offered else text
        return told


@blueprint.route("/stand/<booth>/cut", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def booth_cut(caller: Caller, booth: str) -> Any:
    """Take back a part of a booth's day."""
    return _cut(caller, counter_of(caller, "interview", number(booth)))


@blueprint.route("/coach/<coach>/cut", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def coach_cut(caller: Caller, coach: str) -> Any:
    """Take back a part of a coach's day."""
    return _cut(caller, counter_of(caller, "coaching", number(coach)))


def _cut(caller: Caller, counter: Counter) -> Any:
    now = clock.now()
    form = CutForm(day=clock.local(max(now, counter.fair.starts_at), counter.fair.zone).date())
    form.offer(counter.post.hosts)
    if request.method == "GET":
        return _show(counter, form)
    if not form.validate():
        return _show(counter, form, status=422)
    draft = None
    try:
        with db.read() as session:
            draft = _draft(session, counter, form, now)
        if request.form.get("do") != "go":
            return _show(counter, form, draft)
        if form.seen.data != draft.seen:
            flash(gettext("그 사이에 예약이 바뀌었어요. 다시 확인해 주세요"), "warning")
            return _show(counter, form, draft, 409)
        slots = [row.id for row in draft.cut.slots]
        closed = db.write(actions.cut_day, slots, draft.choices(), caller.id, form.reason.data or "", now)
    except Invalid as error:
        form.add_errors(error)
        return _show(counter, form, draft, 422)
    except Conflict as error:
        flash(str(error.detail), "danger")
        return _show(counter, form, draft, 409)
    said = ngettext(
        "%(num)s개의 시간을 닫고 모두에게 알렸어요", "%(num)s개의 시간을 닫고 모두에게 알렸어요", len(closed)
    )
    flash(said, "success")
    return go(hours_url(counter.post.kind, counter.post.id, day=form.told_day.isoformat()))


def _draft(session: Session, counter: Counter, form: CutForm, now: datetime) -> Draft:
    """Return what the form asks for; Invalid where there is nothing to take back."""
    start, end = form.span(counter.fair.zone)
    cut = queries.to_cut(session, counter.post, start, end, now, form.host_id())
    if not cut.slots:
        raise Invalid.one("starts_at", gettext("이 시간에는 닫을 것이 없어요"))
    people = account_names(session, [facts.seeker_id for facts in cut.booked])
    likely = _likely(cut)
    return Draft(cut, people, {one: request.form.get(f"choice-{one}") or likely[one] for one in likely})


def _likely(cut: Cut) -> dict[int, str]:
    """Return for each booking the nearest place that no earlier one has; nothing where there is none."""
    given: set[int] = set()
    found: dict[int, str] = {}
    for facts in cut.booked:
        left = [(row.starts_at, row.id) for row in cut.places[facts.id] if row.id not in given]
        nearest = rules.nearest(facts.starts_at, left)
        found[facts.id] = "" if nearest is None else str(nearest)
        given.update([] if nearest is None else [nearest])
    return found


def _show(counter: Counter, form: CutForm, draft: Draft | None = None, status: int = 200) -> Any:
    page = render_template(
        "scheduling/cutting.html",
        post=counter.post,
        fair=counter.fair,
        form=form,
        draft=draft,
        back=hours_url(counter.post.kind, counter.post.id),
    )
    return page, status
