"""The control tower: all fairs and agencies of a city, its map by district, and their figures over any days."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _l

from fairapp import clock, codes, db, language
from fairapp.accounts import guards
from fairapp.agencies.queries import agency_names
from fairapp.errors import NotFound
from fairapp.fairs import queries as fairs
from fairapp.fairs import rules as fair_rules
from fairapp.navigation import NavItem, account_items
from fairapp.outcomes import actions, queries, rules
from fairapp.outcomes.pages import looking
from fairapp.outcomes.pages.base import blueprint
from fairapp.outcomes.pages.figures import narrowed, reader_of_file, rows_behind, sheet
from fairapp.outcomes.pages.looking import Looked
from fairapp.shapes import decode_cursor

ZONE = "Asia/Seoul"
MOST_FAIRS = 30

account_items.append(
    NavItem(
        _l("관제탑"),
        "outcomes.tower",
        "chart",
        lambda caller: bool(caller and (caller.organizes_for or caller.is_admin)),
        70,
    )
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, and what the caller sees: her agencies and those below them, and fairs of others that they joined."""

    looked: Looked
    agencies: dict[int, Any]
    joined: dict[int, Any]


def _asked(caller: guards.Caller, now: datetime) -> Asked:
    """Return what is asked, each centre seeing its own."""
    with db.read() as session:
        mine = None if caller.is_admin else sorted(caller.organizes_for)
        agencies = queries.seen_agencies(session, mine)
        joined = {fair.id: fair for fair in fairs.joined_fairs(session, agencies, MOST_FAIRS)}
        return Asked(looking.of_agency(session, agencies, joined, now, ZONE), agencies, joined)


def _sees_rows(caller: guards.Caller, asked: Asked) -> bool:
    """Whether the caller may see the people behind the numbers: who runs all of these fairs."""
    looked = asked.looked
    if _chosen_fair(asked):
        return caller.may_organize(asked.joined[looked.scope.fairs[0]].agency_id)
    chosen = looked.typed["agency"]
    ids = [int(chosen)] if chosen and "agency" not in looked.errors else list(asked.agencies)
    with db.read() as session:
        below = queries.with_below(session, ids)
    return all(caller.may_organize(one) for one in below)


@blueprint.get("/organize/tower")
@guards.page(guards.organizer)
def tower(caller: guards.Caller) -> Any:
    """Show the city: what runs now, each agency, the map, and the figures of the days asked for against others."""
    now = clock.now()
    asked = _asked(caller, now)
    looked, agencies, sees_rows = asked.looked, asked.agencies, _sees_rows(caller, asked)
    districts = looking.figures_of(replace(looked, by="district", against=None), veiled=not sees_rows)
    with db.read() as session:
        found = queries.centres(session, agencies, looked.scope, now)
        running = fairs.fairs(session, now, agencies=agencies, limit=MOST_FAIRS)[:MOST_FAIRS]
        counts = fairs.counts(session, [*(fair.id for fair in running), *asked.joined], now)
        runners = agency_names(session, [fair.agency_id for fair in asked.joined.values()])
    page = render_template(
        "outcomes/tower.html",
        looked=looked,
        agencies=agencies,
        centres=[_veiled(one, caller.may_organize(one.id)) for one in found],
        fairs=running,
        joined=asked.joined,
        chosen=_chosen_fair(asked),
        runners={**runners, **agencies},
        phases={fair.id: fair_rules.phase(fair, now) for fair in (*running, *asked.joined.values())},
        counts=counts,
        mine=caller.may_organize,
        shown=looking.figures_of(looked, veiled=not sees_rows),
        dimensions=queries.DIMENSIONS,
        map=_map(districts.rows, districts.hidden, agencies),
        rows_url=(lambda **values: url_for("outcomes.tower_rows", **looked.query(**values))) if sees_rows else None,
        file_url=lambda form: url_for("outcomes.tower_file", form=form, **looked.query()),
        here=lambda **values: url_for("outcomes.tower", **looked.query(**values)),
    )
    return page, 422 if looked.errors else 200


def _veiled(centre: queries.Centre, own: bool) -> queries.Centre:
    """Return the agency's counts without a small number of people, for who does not run it."""
    small = not own and rules.is_small(centre.coached)
    return replace(centre, coached=None) if small else centre


def _chosen_fair(asked: Asked) -> str:
    """Return the name of the fair of others whose figures are asked for; nothing where it is the caller's own fairs."""
    if not asked.looked.typed["fair"] or "fair" in asked.looked.errors:
        return ""
    fair = asked.joined[asked.looked.scope.fairs[0]]
    return language.in_language(fair.name, fair.name_en)


def _map(rows: list[queries.Row], hidden: set[str], agencies: dict[int, Any]) -> list[dict[str, Any]]:
    """Return the tiles of the city's districts with hires by where people live; those elsewhere are only in the table."""
    city = _city(rows, agencies)
    places = {code: place for code, place in codes.places().items() if code[:2] == city and _level(code) == "sigungu"}
    hires = {row.key: row.hires for row in rows}
    most = max([hires.get(code, 0) for code in places], default=0)
    return [
        {
            "code": code,
            "column": cell[0],
            "row": cell[1],
            "hires": None if code in hidden else hires.get(code, 0),
            "level": 0 if code in hidden or not most else -(-4 * hires.get(code, 0) // most),
        }
        for code, cell in rules.tiles(places).items()
    ]


def _level(code: str) -> str:
    """Return `sigungu`, or `gu` for a district that is no municipality of its own."""
    region = codes.regions()[code]
    return "gu" if " " in region.sigungu else "sigungu"


def _city(rows: list[queries.Row], agencies: dict[int, Any]) -> str:
    """Return the first two digits of the 시도 in which most of the agencies are, or most of the hired live."""
    at = [agency.region[:2] for agency in agencies.values() if agency.region]
    at = at or [row.key[:2] for row in rows if row.key for _ in range(row.hires)]
    return max(sorted(set(at)), key=at.count) if at else ""


@blueprint.get("/organize/tower.<form>")
@guards.page(guards.organizer)
def tower_file(caller: guards.Caller, form: str) -> Any:
    """Give the figures of the tower as CSV or PDF; they hold numbers alone, small ones hidden."""
    now = clock.now()
    asked = _asked(caller, now)
    looked = asked.looked
    if looked.errors or form not in ("csv", "pdf"):
        raise NotFound
    shown = looking.figures_of(looked, veiled=not _sees_rows(caller, asked))
    _log(caller, asked, len(shown.figures), form, now)
    if form == "csv":
        return sheet(shown.csv, form, queries.file_name("city", "report", form, looked.as_of))
    reader = reader_of_file()
    with force_locale(reader):
        days = [looked.typed["since"] or "…", looked.typed["until"] or "…"]
        about = [gettext("%(since)s ~ %(until)s", since=days[0], until=days[1])]
        about = [_chosen_fair(asked), *about] if _chosen_fair(asked) else about
        title = gettext("채용 성과 보고서")
    made = queries.report_pdf(title, about, ZONE, shown, reader, "", now)
    return sheet(made, form, queries.file_name("city", "report", form, looked.as_of))


def _log(caller: guards.Caller, asked: Asked, rows: int, form: str, now: datetime) -> None:
    """Write who takes the file, before its first byte: with the fair whose figures it holds, or with the agency."""
    looked = asked.looked
    if _chosen_fair(asked):
        fair_id = looked.scope.fairs[0]
        log_id = db.write(actions.log_export, fair_id, "report", form, looked.as_of, caller.id, now)
        db.write(actions.log_rows, log_id, rows)
        return
    told = {name: looked.typed[name] for name in ("since", "until", "against") if looked.typed[name]}
    agency = int(looked.typed["agency"]) if looked.typed["agency"] else None
    db.write(actions.log_tower_file, agency, form, looked.as_of, told, caller.id, now)


@blueprint.get("/organize/tower/rows")
@guards.page(guards.organizer)
def tower_rows(caller: guards.Caller) -> Any:
    """Show the rows behind a number of the tower, to whom runs all of its fairs."""
    asked = _asked(caller, clock.now())
    looked = asked.looked
    if not _sees_rows(caller, asked):
        raise NotFound
    after = decode_cursor(request.args.get("cursor"), int)
    rows, following, of = rows_behind(looked, after[0] if after else None)
    more = url_for("outcomes.tower_rows", cursor=following, **narrowed(looked), **looked.query(of=of))
    back = url_for("outcomes.tower", **looked.query())
    return render_template(
        "outcomes/behind.html", rows=rows, of=of, more=more if following else None, back=back, looked=looked
    )
