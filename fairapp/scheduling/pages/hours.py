"""A giver's hours: cut into slots, looked at, then opened; and the slots of a day, of which the free can be closed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext, ngettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Conflict, Forbidden, Invalid, NotFound
from fairapp.fairs import queries as fairs
from fairapp.fairs.models import Fair
from fairapp.language import say_clock
from fairapp.scheduling import actions, queries, rules
from fairapp.scheduling.actions.slots import Offer
from fairapp.scheduling.forms import HoursForm, TermsForm
from fairapp.scheduling.pages.base import blueprint, go
from fairapp.scheduling.queries import Post
from fairapp.shapes import number

REQUEST_MINUTES = 24 * 60  # how long somebody's request keeps a time
USUAL = {"interview": 20, "coaching": 30}  # minutes


@dataclass(frozen=True, slots=True)
class Counter:
    """The post, its fair, and the days on which slots can be opened there."""

    post: Post
    fair: Fair
    sites: Sequence[Any]  # with their rooms

    @property
    def rooms(self) -> list[tuple[str, str]]:
        """Every room by id, with its site's name."""
        return [(str(room.id), f"{one.site.name} {room.name}") for one in self.sites for room in one.rooms]

    @property
    def room(self) -> str:
        """The choice of the post's own place; none is online."""
        return str(self.post.room_id or "")

    @property
    def span(self) -> tuple[date, date]:
        """First and last day, in the fair's zone."""
        fair = self.fair
        last = clock.local(fair.ends_at - timedelta(microseconds=1), fair.zone).date()
        return clock.local(fair.booking_opens_at, fair.zone).date(), last

    @property
    def url(self) -> str:
        """The address of the page."""
        return hours_url(self.post.kind, self.post.id)


@dataclass(frozen=True, slots=True)
class Preview:
    """The times that hours are cut into, and those at which host or room are taken."""

    times: Sequence[tuple[datetime, datetime]]
    taken: set[tuple[datetime, datetime]] = field(default_factory=set)

    @property
    def free(self) -> int:
        """How many would be opened."""
        return len(self.times) - len(self.taken)


def hours_url(kind: str, giver: int, **values: Any) -> str:
    """Return the address of a post's hours."""
    if kind == "interview":
        return url_for("scheduling.booth_hours", booth=giver, **values)
    return url_for("scheduling.coach_hours", coach=giver, **values)


@blueprint.route("/stand/<booth>/hours", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def booth_hours(caller: Caller, booth: str) -> Any:
    """Open and close the slots of a booth."""
    return _hours(caller, "interview", number(booth))


@blueprint.route("/coach/<coach>/hours", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def coach_hours(caller: Caller, coach: str) -> Any:
    """Open and close the sessions of a coach."""
    return _hours(caller, "coaching", number(coach))


def counter_of(caller: Caller, kind: str, giver: int) -> Counter:
    """Return the counter if the caller keeps its hours; NotFound for anybody else."""
    with db.read() as session:
        post = queries.posts[kind](session, giver, clock.now())
        if not post.is_kept_by(caller):
            raise NotFound
        fair = fairs.fair_by_id(session, post.fair_id)
        sites = fairs.sites_of(session, fair.id)
    return Counter(post, fair, sites)


def _hours(caller: Caller, kind: str, giver: int) -> Any:
    counter = counter_of(caller, kind, giver)
    if request.method == "GET":
        return _show(counter, _fresh(counter, caller))
    form = HoursForm()
    form.offer(counter.post, counter.sites)
    if not form.validate():
        return _show(counter, form, status=422)
    try:
        preview = _cut(counter, form)
        if request.form.get("do") != "open":
            return _show(counter, form, preview)
        opened(counter, form, preview.times)
        return go(hours_url(kind, giver, day=form.day.data))
    except Invalid as error:
        form.add_errors(error)
        return _show(counter, form, status=422)


def _fresh(counter: Counter, caller: Caller) -> HoursForm:
    """Return the form with what is most likely meant."""
    first, last = counter.span
    asked = rules.day_named(request.args.get("day"))
    opens = clock.local(counter.fair.starts_at, counter.fair.zone).date()
    today = clock.local(clock.now(), counter.fair.zone).date()
    day = min(max(asked or max(today, opens), first), last)
    usual = USUAL[counter.post.kind]
    form = HoursForm(formdata=None, day=day, length=usual, host=str(caller.id), room=counter.room)
    form.offer(counter.post, counter.sites)
    return form


def _cut(counter: Counter, form: HoursForm) -> Preview:
    """Return the times; Invalid where the form's hours, or the rules, do not allow them."""
    form.what(counter.post.kind)
    starts_at, ends_at, breaks = form.moments(counter.fair.zone, *counter.span)
    times = rules.cut_hours(starts_at, ends_at, *form.cutting(), breaks)
    if not times:
        raise Invalid.one("length", gettext("이 시간에는 한 번도 들어가지 않아요. 더 짧게 하거나 시간을 늘려 주세요"))
    if starts_at <= clock.now():
        raise Invalid.one("starts_at", rules.PAST)
    if starts_at < counter.fair.booking_opens_at or ends_at > counter.fair.ends_at:
        raise Invalid.one("starts_at", rules.OUTSIDE_FAIR)
    return preview_of(form, times)


def preview_of(form: TermsForm, times: Sequence[tuple[datetime, datetime]]) -> Preview:
    """Return the times, and those of them at which who meets, or the room, is taken."""
    host, team = form.people()
    present = [] if host is None else [host, *team]
    with db.read() as session:
        taken = queries.taken_times(session, present, form.place()["room_id"], times, *form.buffers())
    return Preview(times, taken)


def opened(counter: Counter, form: TermsForm, times: Sequence[tuple[datetime, datetime]]) -> None:
    """Open the times on the form's terms, and say what was opened and what was taken."""
    post = counter.post
    host, team = form.people()
    before, after = form.buffers()
    offer = Offer(
        post.fair_id,
        host_id=host,
        team=team,
        before=before,
        after=after,
        booth_id=post.id if post.kind == "interview" else None,
        coach_id=post.id if post.kind == "coaching" else None,
        agency_id=post.agency_id,
        request_minutes=REQUEST_MINUTES if form.requests.data else 0,
        requests_only=bool(form.requests.data),
        **form.what(post.kind),
        **form.place(),
    )
    done = db.write(actions.open_slots, offer, times, clock.now())
    if done.slots:
        count = len(done.slots)
        flash(ngettext("%(num)s개의 시간을 열었어요", "%(num)s개의 시간을 열었어요", count), "success")
    if done.clashes:
        flash(_clashes(done.clashes, counter.fair.zone), "warning")


def _clashes(times: Sequence[tuple[datetime, datetime]], zone: str) -> str:
    said = ", ".join(say_clock(start, zone) for start, _ in times[:10])
    more = len(times) - 10
    if more > 0:
        said = gettext("%(times)s 외 %(more)s개", times=said, more=more)
    return gettext("담당자나 자리가 이미 쓰이고 있어서 열지 못한 시간이에요: %(times)s", times=said)


def _show(counter: Counter, form: HoursForm, preview: Preview | None = None, status: int = 200) -> Any:
    zone, (first, last) = counter.fair.zone, counter.span
    day = min(max(form.day.data or first, first), last)
    with db.read() as session:
        slots = queries.slots_of_day(session, counter.post, day, zone)
    page = render_template(
        "scheduling/hours.html",
        post=counter.post,
        fair=counter.fair,
        url=counter.url,
        form=form,
        preview=preview,
        slots=slots,
        day=clock.day_bounds(day, zone)[0],
        before=day - timedelta(days=1) if day > first else None,
        after=day + timedelta(days=1) if day < last else None,
        moment=clock.now(),
    )
    return page, status


@blueprint.post("/slots/<slot>/closure")
@guards.page(guards.signed_in)
def close(caller: Caller, slot: str) -> Any:
    """Take back a free slot."""
    slot_id = number(slot)
    with db.read() as session:
        row = queries.slots_by_id(session, [slot_id]).get(slot_id)
    if row is None:
        raise NotFound
    kind = "interview" if row.booth_id else "coaching"
    try:
        counter = counter_of(caller, kind, row.booth_id or row.coach_id or 0)
    except NotFound as error:
        raise Forbidden from error  # that there is the slot is public
    try:
        db.write(actions.close_slot, slot_id, clock.now())
    except Conflict as error:
        flash(str(error.detail), "danger")
    else:
        flash(gettext("%(time)s 시간을 닫았어요", time=say_clock(row.starts_at, counter.fair.zone)), "success")
    day = clock.local(row.starts_at, counter.fair.zone).date()
    return go(hours_url(kind, counter.post.id, day=day.isoformat()))
