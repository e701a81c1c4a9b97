"""A giver's hours drawn on a calendar, by mouse, touch or keyboard; looked at, then opened. Works without JavaScript."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import render_template, request, url_for

from fairapp import clock
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Invalid
from fairapp.language import say_short_day
from fairapp.scheduling import rules
from fairapp.scheduling.forms import DrawnForm
from fairapp.scheduling.pages.base import blueprint, go
from fairapp.scheduling.pages.hours import USUAL, Counter, Preview, counter_of, hours_url, opened, preview_of
from fairapp.shapes import number

DAYS, FIRST, LAST = 5, 8, 20  # shown at once; hours of the day


@blueprint.route("/stand/<booth>/hours/drawn", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def booth_drawn(caller: Caller, booth: str) -> Any:
    """Draw the hours of a booth."""
    return _drawn(caller, "interview", number(booth))


@blueprint.route("/coach/<coach>/hours/drawn", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def coach_drawn(caller: Caller, coach: str) -> Any:
    """Draw the hours of a coach."""
    return _drawn(caller, "coaching", number(coach))


def drawn_url(kind: str, giver: int, **values: Any) -> str:
    """Return the address of a post's calendar."""
    if kind == "interview":
        return url_for("scheduling.booth_drawn", booth=giver, **values)
    return url_for("scheduling.coach_drawn", coach=giver, **values)


def _drawn(caller: Caller, kind: str, giver: int) -> Any:
    counter = counter_of(caller, kind, giver)
    if request.method == "GET":
        form = DrawnForm(formdata=None, length=USUAL[kind], host=str(caller.id), room=counter.room)
        form.offer(counter.post, counter.sites)
        return _show(counter, form)
    form = DrawnForm()
    form.offer(counter.post, counter.sites)
    if not form.validate():
        return _show(counter, form, status=422)
    try:
        times = _times(counter, form)
        if request.form.get("do") == "open":
            opened(counter, form, times)
            day = clock.local(times[0][0], counter.fair.zone).date()
            return go(hours_url(kind, giver, day=day.isoformat()))
    except Invalid as error:
        form.add_errors(error)
        return _show(counter, form, status=422)
    return _show(counter, form, preview_of(form, times))


def _times(counter: Counter, form: DrawnForm) -> list[tuple[datetime, datetime]]:
    """Return the times that were drawn and lie ahead; Invalid where none can be opened."""
    form.what(counter.post.kind)
    cells = rules.drawn_cells(request.form.getlist("cell"))
    without = rules.named_days(form.without.data or "")
    last = counter.span[1]
    cells = rules.weekly(cells, last if form.repeat.data else cells[-1].date(), without)
    times = rules.drawn_times(cells, counter.fair.zone, *form.cutting())
    if any(start <= clock.now() for start, _ in times):
        raise Invalid.one("cell", rules.PAST)
    if any(start < counter.fair.booking_opens_at or end > counter.fair.ends_at for start, end in times):
        raise Invalid.one("cell", rules.OUTSIDE_FAIR)
    return times


def _shown_days(counter: Counter) -> tuple[list[date], date | None, date | None]:
    """Return the days of the calendar, and where the ones before and after begin."""
    first, last = counter.span
    today = clock.local(clock.now(), counter.fair.zone).date()
    asked = rules.day_named(request.args.get("day")) or max(today, first)
    begin = min(max(asked, first), last)
    days = [begin + timedelta(days=n) for n in range(DAYS) if begin + timedelta(days=n) <= last]
    before = max(begin - timedelta(days=DAYS), first) if begin > first else None
    return days, before, days[-1] + timedelta(days=1) if days[-1] < last else None


def _rows(days: Sequence[date]) -> list[list[datetime]]:
    """Return the half hours of the days, a row for each time of day."""
    clocks = [time(n // 2, n % 2 * 30) for n in range(FIRST * 2, LAST * 2)]
    return [[datetime.combine(day, at) for day in days] for at in clocks]


def _show(counter: Counter, form: DrawnForm, preview: Preview | None = None, status: int = 200) -> Any:
    days, before, after = _shown_days(counter)
    post = counter.post
    page = render_template(
        "scheduling/drawn.html",
        post=post,
        fair=counter.fair,
        url=drawn_url(post.kind, post.id, day=days[0].isoformat()),
        form=form,
        preview=preview,
        days=[(day.isoformat(), say_short_day(day)) for day in days],
        rows=_rows(days),
        drawn=set(request.form.getlist("cell")),
        before=before and drawn_url(post.kind, post.id, day=before.isoformat()),
        after=after and drawn_url(post.kind, post.id, day=after.isoformat()),
        moment=clock.now(),
    )
    return page, status
