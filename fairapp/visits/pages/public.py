"""What everybody sees of visits: the list, the month, the map, one visit with its free times, and the calendar feed."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext

from fairapp import clock, codes, db, ical
from fairapp.errors import NotFound
from fairapp.fairs import queries as fairs
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.rules import SITE_KINDS
from fairapp.language import in_language
from fairapp.scheduling import queries as scheduling
from fairapp.shapes import decode_cursor, number, page_of
from fairapp.visits import queries, rules
from fairapp.visits.pages.base import ZONE, blueprint, this_day
from fairapp.visits.queries import Asked, VisitRow

AT_ONCE, MOST_NEAR = 18, 300
FEED_AHEAD, FEED_BACK, MOST_IN_FEED = timedelta(days=120), timedelta(days=14), 2000
ALL = "all"  # instead of a cursor: what is ordered by distance has no next page, only all of it
WORDS = ("today", "week", "month")


@dataclass(frozen=True, slots=True)
class Sought:
    """What the address asks for; what makes no sense counts as not said."""

    when: str
    first: date
    last: date
    month: date
    near: str
    asked: Asked
    fair_slug: str

    def query(self, **changes: Any) -> dict[str, Any]:
        """Return the address' own words with changes, for links to the same choice."""
        asked = self.asked
        kept: dict[str, Any] = {"when": self.when, "region": asked.region, "kind": asked.kind, "near": self.near}
        kept |= {"fair": self.fair_slug, "site": asked.site_id}
        return {name: value for name, value in (kept | changes).items() if value}


def _sought(now: datetime) -> Sought:
    args = request.args
    when = args.get("when", "")[:10]
    first, last = rules.range_of(when, this_day())
    month = rules.range_of(args.get("month", "")[:7], first)[0].replace(day=1) if args.get("month") else first
    known = codes.regions()
    region, near = (code if code in known else "" for code in (args.get("region", ""), args.get("near", "")))
    kind = args.get("kind", "") if args.get("kind") in SITE_KINDS else None
    slug, fair_id = args.get("fair", "")[:60], None
    with db.read() as session:
        if slug:
            fair_id = fairs.get_fair(session, slug).id
    site = number(args["site"]) if args.get("site") else None
    start, end = clock.day_bounds(first, ZONE)[0], clock.day_bounds(last, ZONE)[1]
    since = max(start, now) if start <= now < end else start  # of today only what is not over
    asked = Asked(fair_id, region or None, kind, site, since, end)
    said = when if (first, last) != rules.range_of("", this_day()) else ""
    return Sought(said, first, last, month.replace(day=1), near, asked, slug)


@blueprint.get("/visits")
def find() -> Any:
    """Show where somebody is: a list, the month, the map."""
    now = clock.now()
    sought = _sought(now)
    month_end = rules.month_weeks(sought.month)[-1][6]
    whole = replace(
        sought.asked,
        since=clock.day_bounds(sought.month - timedelta(days=6), ZONE)[0],
        until=clock.day_bounds(month_end, ZONE)[1],
    )
    with db.read() as session:
        rows, following = _listed(session, sought, now)
        days = queries.sites_by_day(session, whole, now)
        places = queries.places(session, sought.asked, now)
        regions = queries.regions_seen(session)
    points = {one.site_id: (one.latitude, one.longitude) for one in places if one.latitude is not None}
    return render_template(
        "visits/find.html",
        sought=sought,
        rows=rows,
        away=_away(rows, sought.near),
        next_url=url_for("visits.find", **sought.query(cursor=following)) if following else None,
        weeks=rules.month_weeks(sought.month),
        days=days,
        holidays=codes.holidays(),
        places=places,
        map=rules.drawn(points),  # type: ignore[arg-type]  # a place has both degrees or none
        regions=regions,
        kinds=SITE_KINDS,
        words=WORDS,
        today=this_day(),
        moment=now,
        before=(sought.month - timedelta(days=1)).strftime("%Y-%m"),
        after=(sought.month + timedelta(days=31)).strftime("%Y-%m"),
    )


def _listed(session: Any, sought: Sought, now: datetime) -> tuple[list[VisitRow], str | None]:
    """Return a page of visits by start with the cursor of the next; the nearest first where a district is named."""
    if sought.near:
        rows = queries.visits(session, sought.asked, now, limit=MOST_NEAR)
        away = _away(rows, sought.near)
        ordered = sorted(rows, key=lambda one: (away.get(one.id, 10**6), one.starts_at, one.id))
        whole = request.args.get("cursor") == ALL or len(ordered) <= AT_ONCE
        return (ordered, None) if whole else (ordered[:AT_ONCE], ALL)
    after = decode_cursor(request.args.get("cursor"), datetime, int)
    key = None if after is None else (after[0], after[1])
    found = queries.visits(session, sought.asked, now, after=key, limit=AT_ONCE + 1)
    shown, following = page_of(found, AT_ONCE, lambda row: (row.starts_at, row.id))
    return list(shown), following


def _away(rows: list[VisitRow], near: str) -> dict[int, float]:
    """Return how many kilometres each visit is from the middle of the district."""
    here = fair_rules.district_point(near) if near else None
    if here is None:
        return {}
    return {row.id: fair_rules.distance_km(here, row.point) for row in rows if row.point is not None}


@blueprint.get("/visits/<visit>")
def show(visit: str) -> Any:
    """Show one visit: the site, how to get in, and the coaches' free times, which lead to booking."""
    now = clock.now()
    with db.read() as session:
        found = queries.get_visit(session, number(visit), now)
        fair = fairs.fair_by_id(session, found.fair_id)
        if fair_rules.phase(fair, now) not in ("announced", "booking", "open", "closed"):
            raise NotFound
        free = scheduling.slots_at(
            session, found.fair_id, [found.site_id], max(now, found.starts_at), found.ends_at, free_only=True, now=now
        )
        other = queries.visits(session, Asked(fair.id, site_id=found.site_id, since=now), now, limit=7)
        stops = queries.stops_of_visits(session, [found.id])
    hosts = {row.host_id for row in free}
    page = render_template(
        "visits/show.html",
        visit=found,
        fair=fair,
        bookable=fair_rules.bookable(fair, now),
        free=[row for row in free if row.starts_at > now] if found.off is None else [],
        hosts=hosts,
        stops=stops,
        other=[one for one in other if one.id != found.id],
        moment=now,
        day=found.day.isoformat(),
    )
    return page


@blueprint.get("/visits.ics")
def feed() -> Response:
    """Give the visits asked for as a calendar that programs read again and again."""
    now = clock.now()
    sought = _sought(now)
    asked = replace(sought.asked, since=now - FEED_BACK, until=now + FEED_AHEAD)
    with db.read() as session:
        rows = queries.visits(session, asked, now, limit=MOST_IN_FEED)
    content = ical.feed([_event(row) for row in rows], gettext("방문 센터"), now)
    response = Response(content, mimetype="text/calendar")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _event(row: VisitRow) -> ical.Meeting:
    name = in_language(row.name, row.name_en)
    address = url_for("visits.show", visit=row.id, _external=True)
    return ical.Meeting(
        uid=f"visit-{row.id}@fairapp",
        sequence=row.rev,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        summary=f"{name} · {in_language(row.fair_name, row.fair_name_en)}",
        location=row.address or name,
        description="\n".join(one for one in (row.contact, address) if one),
        organizer="",
        organizer_name="",
        attendee="",
        attendee_name="",
    )
