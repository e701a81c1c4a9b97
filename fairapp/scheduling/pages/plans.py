"""When a day goes otherwise: everything of a host or a room later, or to colleagues; looked at first, then done at once."""

import hashlib
from collections.abc import Mapping, Sequence
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
from fairapp.scheduling import actions, queries
from fairapp.scheduling.forms import PlanForm
from fairapp.scheduling.pages.base import blueprint, go
from fairapp.scheduling.pages.hours import Counter, counter_of, hours_url
from fairapp.scheduling.queries import Plan
from fairapp.scheduling.rules import SlotChange
from fairapp.shapes import number


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be done: the plan, and the slots that no colleague can take."""

    found: Sequence[SlotChange]
    plan: Plan
    left: Sequence[int]
    stuck: int  # how many bookings are in those
    people: Mapping[int, str]  # names of the seekers

    @property
    def possible(self) -> bool:
        """Whether all of it can be done."""
        return not self.plan.clashes and not self.stuck

    @property
    def empty(self) -> int:
        """How many slots without anybody go along."""
        return sum(not slot.bookings for slot in self.plan.slots)

    @property
    def seen(self) -> str:
        """What the plan rests on, as one word: other bookings make another word."""
        parts = sorted((facts.id, facts.rev) for facts, _ in self.plan.touched)
        slots = sorted(change.slot_id for change in self.found)
        return hashlib.sha256(repr((parts, slots)).encode()).hexdigest()[:16]


@blueprint.route("/stand/<booth>/plan", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def booth_plan(caller: Caller, booth: str) -> Any:
    """Change the plan of a booth."""
    return _plan(caller, counter_of(caller, "interview", number(booth)))


@blueprint.route("/coach/<coach>/plan", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def coach_plan(caller: Caller, coach: str) -> Any:
    """Change the plan of a coach."""
    return _plan(caller, counter_of(caller, "coaching", number(coach)))


def _plan(caller: Caller, counter: Counter) -> Any:
    now = clock.now()
    form = PlanForm(
        day=clock.local(max(now, counter.fair.starts_at), counter.fair.zone).date(), whose=f"host:{caller.id}"
    )
    form.offer(counter.post.hosts, counter.rooms)
    if request.method == "GET":
        return _show(counter, form)
    if not form.validate():
        return _show(counter, form, status=422)
    try:
        with db.read() as session:
            draft = _draft(session, counter, form, now)
        if request.form.get("do") != "go":
            return _show(counter, form, draft)
        if form.seen.data != draft.seen:
            flash(gettext("그 사이에 예약이 바뀌었어요. 다시 확인해 주세요"), "warning")
            return _show(counter, form, draft, 409)
        moved = _carry_out(caller, counter, form, draft, now)
    except Invalid as error:
        form.add_errors(error)
        return _show(counter, form, status=422)
    except Conflict as error:
        flash(str(error.detail), "danger")
        return _show(counter, form, draft, 409)
    flash(
        ngettext("%(num)s개의 시간을 바꾸고 모두에게 알렸어요", "%(num)s개의 시간을 바꾸고 모두에게 알렸어요", moved),
        "success",
    )
    return go(hours_url(counter.post.kind, counter.post.id, day=form.told_day.isoformat()))


def _draft(session: Session, counter: Counter, form: PlanForm, now: datetime) -> Draft:
    """Return what the form asks for; Invalid where there is nothing to change, or a time that cannot be."""
    if form.how.data == "shift" and not form.minutes.data:
        raise Invalid.one("minutes", gettext("몇 분 옮길지 적어 주세요"))
    start, end = form.span(counter.fair.zone)
    giver = {"booth_id" if counter.post.kind == "interview" else "coach_id": counter.post.id}
    found = queries.slots_to_change(session, max(start, now), end, now, **form.owner(), **giver)
    if not found:
        raise Invalid.one("starts_at", gettext("이 시간에는 바꿀 것이 없어요"))
    left: Sequence[int] = []
    if form.how.data == "shift":
        changes = actions.shifted(session, found, form.minutes.data or 0)
    else:
        changes, left = actions.colleagues_take(session, found, form.owner()["host_id"], _colleagues(counter, form))
    plan = queries.plan(session, changes)
    if form.how.data == "shift":
        actions.check_times(session, plan, now)
    people = account_names(session, [facts.seeker_id for facts, _ in plan.touched])
    stuck = len(queries.bookings_of_slots(session, left)) if left else 0
    return Draft(found, plan, left, stuck, people)


def _colleagues(counter: Counter, form: PlanForm) -> list[int]:
    return [one for one, _ in counter.post.hosts if one != form.owner()["host_id"]]


def _carry_out(caller: Caller, counter: Counter, form: PlanForm, draft: Draft, now: datetime) -> int:
    """Do it, and return how many slots have changed; whatever stands in the way now is a Conflict."""
    reason = form.reason.data or ""
    if form.how.data == "shift":
        done = db.write(actions.shift, draft.found, form.minutes.data or 0, caller.id, reason, now)
    else:
        who = form.owner()["host_id"], _colleagues(counter, form)
        done = db.write(actions.replace_host, draft.found, *who, caller.id, reason, now)
    return len(done)


def _show(counter: Counter, form: PlanForm, draft: Draft | None = None, status: int = 200) -> Any:
    names = dict(counter.post.hosts)
    page = render_template(
        "scheduling/plan.html",
        post=counter.post,
        fair=counter.fair,
        form=form,
        draft=draft,
        names=names,
        back=hours_url(counter.post.kind, counter.post.id),
    )
    return page, status
