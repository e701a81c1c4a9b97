"""Tours: every coach's day through the sites with ways and gaps, an order proposed for a day, and a coach's own tour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext, ngettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Conflict, Invalid
from fairapp.fairs.models import Fair
from fairapp.language import in_language, say_clock
from fairapp.scheduling import queries as scheduling
from fairapp.scheduling import rules as scheduling_rules
from fairapp.shapes import number
from fairapp.visits import actions, forms, queries, rules
from fairapp.visits.actions import Stop
from fairapp.visits.pages.base import ZONE, blueprint, coach_choices, go, organized, this_day
from fairapp.visits.pages.changing import said
from fairapp.visits.queries import Asked, StopRow, VisitRow
from fairapp.visits.rules import Proposed, Wanted

LOOKS_AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a day: a stop, the way to one, or a gap before it, in minutes."""

    kind: str  # stop, way, gap
    starts_at: datetime
    ends_at: datetime
    stop: StopRow

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


def lines_of(stops: Sequence[StopRow]) -> list[Line]:
    """Return a coach's day: stops, the ways between them, and what is left between as gaps."""
    lines: list[Line] = []
    at: datetime | None = None
    for stop in stops:
        arrives = stop.starts_at if stop.way_from is None else stop.way_from
        if at is not None and arrives > at:
            lines.append(Line("gap", at, arrives, stop))
        if stop.way_from is not None and stop.way_until is not None:
            lines.append(Line("way", stop.way_from, stop.way_until, stop))
            if stop.way_until < stop.starts_at:
                lines.append(Line("gap", stop.way_until, stop.starts_at, stop))
        lines.append(Line("stop", stop.starts_at, stop.ends_at, stop))
        at = stop.ends_at
    return lines


def _day(fair: Fair) -> date:
    asked = request.args.get("day", "")[:10]
    usual = max(this_day(fair.zone), clock.local(fair.booking_opens_at, fair.zone).date())
    found = rules.range_of(asked, usual)
    return found[0] if len(asked) == 10 else usual


@dataclass(frozen=True, slots=True)
class Tours:
    """A day of a fair: its visits, the tours through them, and who could go."""

    fair: Fair
    day: date
    stops: Sequence[StopRow]
    visits: Sequence[VisitRow]
    coaches: Sequence[tuple[int, str]]


def _read(caller: Caller, slug: str, now: datetime) -> Tours:
    with db.read() as session:
        fair = organized(session, caller, slug, now)
        day = _day(fair)
        start, end = clock.day_bounds(day, fair.zone)
        stops = queries.stops_of_fair(session, fair.id, start, end)
        visits = queries.visits(session, Asked(fair.id, since=start, until=end), now, everybody=False, limit=200)
        return Tours(fair, day, stops, visits, coach_choices(session, fair.id, now))


@blueprint.route("/organize/<slug>/tours", methods=["GET", "POST"])
@guards.page(guards.organizer)
def tours(caller: Caller, slug: str) -> Any:
    """Show the tours of a day, propose an order of sites for a coach, and plan it."""
    now = clock.now()
    found = _read(caller, slug, now)
    form = forms.TourForm(formdata=request.form if request.method == "POST" else None)
    names = [(one.id, f"{in_language(one.name, one.name_en)} {_hours(one)}") for one in found.visits]
    form.offer(found.coaches, names)
    proposed = None
    if request.method == "GET":
        return _show(found, form)
    try:
        if not form.validate():
            raise Invalid
        proposed = _proposed(form, found.visits, found.day, found.fair.zone, now)
        if request.form.get("do") != "go":
            return _show(found, form, proposed)
        made = db.write(actions.plan_tour, _stops(form, proposed), caller.id, now)
    except Invalid as error:
        if error.errors:
            form.add_errors(error)
        return _show(found, form, proposed, 422)
    except Conflict as error:
        form.add_errors(Invalid.one("visits", said(error, found.fair.zone)))
        return _show(found, form, proposed, 409)
    words = ngettext("%(num)s곳을 도는 일정을 잡았어요.", "%(num)s곳을 도는 일정을 잡았어요.", len(made))
    flash(words, "success")
    return go(url_for("visits.tours", slug=found.fair.slug, day=found.day.isoformat()))


def _show(found: Tours, form: forms.TourForm, proposed: Proposed | None = None, status: int = 200) -> Any:
    ordered = sorted(found.stops, key=lambda one: (one.coach_name, one.account_id, one.starts_at))
    page = render_template(
        "visits/tours.html",
        fair=found.fair,
        day=found.day,
        before=found.day - timedelta(days=1),
        after=found.day + timedelta(days=1),
        days=[(of[0].coach_name, lines_of(of)) for of in _by_coach(ordered)],
        form=form,
        proposed=proposed,
        visits={one.id: one for one in found.visits},
        speed=scheduling_rules.WAY_KMH,
        place="tours",
    )
    return page, status


def _by_coach(stops: Sequence[StopRow]) -> list[list[StopRow]]:
    return [list(of) for _, of in groupby(stops, key=lambda one: one.account_id)]


def _hours(visit: VisitRow) -> str:
    return gettext(
        "%(start)s ~ %(end)s",
        start=say_clock(visit.starts_at, visit.zone),
        end=say_clock(visit.ends_at, visit.zone),
    )


def _proposed(form: forms.TourForm, visits: Sequence[VisitRow], day: date, zone: str, now: datetime) -> Proposed:
    """Return the best order of the chosen visits; Invalid where there are too many."""
    chosen = [one for one in visits if one.id in form.chosen()]
    if not 1 <= len(chosen) <= rules.MOST_STOPS:
        raise Invalid.one("visits", gettext("한 곳에서 %(most)s곳까지 골라 주세요", most=rules.MOST_STOPS))
    wanted = [Wanted(one.id, one.site_id, one.starts_at, one.ends_at, form.staying()) for one in chosen]
    reach = {one.site_id: one.reach_minutes for one in chosen}
    with db.read() as session:
        ways = scheduling.ways(session, reach)
    earliest = max(form.from_when(day, zone), now + timedelta(minutes=1))
    return rules.best_order(wanted, reach, ways, earliest)


def _stops(form: forms.TourForm, proposed: Proposed) -> list[Stop]:
    length = timedelta(minutes=form.length.data or 30)
    coach = number(form.coach.data)
    return [Stop(leg.visit_id, coach, leg.starts_at, leg.ends_at, length) for leg in proposed.legs]


@blueprint.get("/me/visits")
@guards.page(guards.coach)
def my_tour(caller: Caller) -> Any:
    """Show a coach her stops to come, with ways and gaps."""
    now = clock.now()
    start = clock.day_bounds(this_day(), ZONE)[0]
    with db.read() as session:
        stops = queries.stops_of_person(session, caller.id, start, now + LOOKS_AHEAD)
    days = groupby(stops, key=lambda one: clock.local(one.starts_at, one.zone).date())
    return render_template("visits/my_tour.html", days=[(day, lines_of(list(of))) for day, of in days])
