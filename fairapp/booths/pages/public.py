"""What seekers look through: the listings and booths of a fair, and one listing. Public."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from fairapp import clock, codes, db
from fairapp.accounts import guards
from fairapp.booths import forms, queries, rules
from fairapp.booths.models import EMPLOYMENT_TYPES, Notice
from fairapp.booths.pages.base import blueprint, seen_fair, when_free
from fairapp.errors import NotFound
from fairapp.fairs import queries as fair_queries
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.models import Fair
from fairapp.labels import LABELS
from fairapp.language import in_language, label, reader_language, region_name, say_money
from fairapp.shapes import decode_cursor, number, page_of

AT_ONCE = 30
FILTERS = ("q", "region", "occupation", "employment_type", "min_salary", "booth", "cursor")
SALARIES = tuple(n * 10_000 for n in (2400, 2800, 3200, 3600, 4000, 5000, 6000))


def _filters() -> queries.Filters:
    """Return what is asked for; what cannot be is left out, and the form then shows that it is not set."""
    asked = {name: request.args.get(name, "").strip() for name in ("q", "region", "occupation", "employment_type")}
    salary, booth = request.args.get("min_salary", ""), request.args.get("booth", "")
    return queries.Filters(
        q=asked["q"][:200].replace("\x00", ""),
        region=asked["region"] if asked["region"] in codes.regions() else "",
        occupation=asked["occupation"] if _is_code(asked["occupation"], 4) else "",
        employment_type=asked["employment_type"] if asked["employment_type"] in EMPLOYMENT_TYPES else "",
        min_salary=int(salary) if _is_code(salary, 10) else None,
        booth_id=int(booth) if _is_code(booth, 15) else None,
    )


def _is_code(text: str, longest: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= longest


def _group_names() -> dict[str, str]:
    return {code: in_language(*names) for code, names in codes.occupation_groups().items()}


def _set_filters(slug: str, filters: queries.Filters) -> list[tuple[str, str]]:
    """Return each filter that is set, in words, with the address of the page without it."""
    groups, occupation = _group_names(), codes.occupations().get(filters.occupation)
    words = {
        "q": filters.q and gettext("“%(words)s”", words=filters.q),
        "region": region_name(filters.region),
        "occupation": groups.get(filters.occupation)
        or (occupation and in_language(occupation.name_ko, occupation.name_en)),
        "employment_type": filters.employment_type and label("employment_type", filters.employment_type),
        "min_salary": filters.min_salary and gettext("연 %(money)s 이상", money=say_money(filters.min_salary)),
        "booth": filters.booth_id and gettext("한 부스의 공고"),
    }
    given = {name: value for name, value in request.args.items() if value and name in words}
    return [
        (_address(slug, {other: value for other, value in given.items() if other != name}), str(word))
        for name, word in words.items()
        if word
    ]


def _address(slug: str, asked: dict[str, Any]) -> str:
    """Return the address of the fair's page with what is asked; names that Flask would take for itself are no filters."""
    return url_for("booths.fair", slug=slug, **{name: asked[name] for name in FILTERS if name in asked})


@blueprint.get("/fairs/<slug>")
def fair(slug: str) -> str:
    """Show a fair: search, filters and the open listings, each with when its booth is free."""
    now, filters = clock.now(), _filters()
    after = decode_cursor(request.args.get("cursor"), datetime, int)
    with db.read() as session:
        found = seen_fair(session, slug, now)
        seq = fair_queries.news_number(session, found.id)  # before the rows: what comes meanwhile is made up for
        notices = queries.public_notices(session, found.id, now)
        rows = queries.visible_listings(session, found.id, now, filters, after, AT_ONCE)
        listings, following = page_of(rows, AT_ONCE, lambda row: (row.opens_at, row.id))
        count = queries.count_visible(session, found.id, now, filters)
        seats = fair_queries.free_slot_counts(session, [found.id], now).get(found.id, 0)
        slots = queries.next_free_slots(session, [row.booth_id for row in listings], now)
    asked = {name: value for name, value in request.args.items() if name != "cursor"}
    return render_template(
        "booths/fair.html",
        **_head(found, seq, notices, now),
        listings=listings,
        chips={row.id: when_free(found, slots.get(row.booth_id), now) for row in listings},
        count=count,
        most=queries.MOST_COUNTED,
        seats=seats,
        filters=filters,
        is_set=_set_filters(slug, filters),
        following=_address(slug, asked | {"cursor": following}) if following else None,
        first=_address(slug, asked) if after else None,
        regions=forms.region_choices(whole=True, empty=_l("전체")),
        groups=_group_names(),
        types=[(one, LABELS["employment_type"][one]) for one in EMPLOYMENT_TYPES],
        salaries=SALARIES,
    )


def _head(found: Fair, seq: int, notices: Sequence[Notice], now: datetime) -> dict[str, Any]:
    return {"fair": found, "seq": seq, "notices": notices, "phase": fair_rules.phase(found, now), "now": now}


@blueprint.get("/fairs/<slug>/booths")
def fair_booths(slug: str) -> str:
    """Show the booths of a fair that are hiring now, each with its newest listings and its next free time."""
    now = clock.now()
    after = decode_cursor(request.args.get("cursor"), int)
    with db.read() as session:
        found = seen_fair(session, slug, now)
        seq = fair_queries.news_number(session, found.id)
        notices = queries.public_notices(session, found.id, now)
        rows = queries.hiring_booths(session, found.id, now, after[0] if after else None, AT_ONCE)
        booths, following = page_of(rows, AT_ONCE, lambda row: (row.id,))
        ids = [row.id for row in booths]
        listings = queries.visible_of_booths(session, ids, now, 4)
        slots = queries.next_free_slots(session, ids, now)
        count = fair_queries.counters["booths"](session, [found.id], now).get(found.id, 0)
    return render_template(
        "booths/booths.html",
        **_head(found, seq, notices, now),
        booths=booths,
        listings=listings,
        chips={row.id: when_free(found, slots.get(row.id), now) for row in booths},
        count=count,
        following=url_for("booths.fair_booths", slug=slug, cursor=following) if following else None,
    )


@blueprint.get("/listings/<listing>")
def listing(listing: str) -> str:
    """Show one open listing; its recruiters and organizers see it closed too."""
    now = clock.now()
    with db.read() as session:
        row = queries.get_listing(session, number(listing))
        booth = queries.get_booth(session, row.booth_id, now)
        found = fair_queries.fair_by_id(session, row.fair_id)
        seq = fair_queries.news_number(session, found.id)
        visible = queries.is_listing_visible(session, row.id, now)
        page = f"{current_app.config['SETTINGS'].base_url}{url_for('booths.listing', listing=row.id)}"
        posting = queries.posting_of(session, row.id, now, page, reader_language() == "en") if visible else None
        if not visible:
            _check_own(session, booth, found, now)
        slot = queries.next_free_slots(session, [booth.id], now).get(booth.id)
        others = queries.visible_of_booths(session, [booth.id], now, 6).get(booth.id, [])
    return render_template(
        "booths/listing.html",
        **_head(found, seq, (), now),
        listing=row,
        posting=posting,
        asks=rules.Needs.of(row.needs),
        booth=booth,
        visible=visible,
        chip=when_free(found, slot, now),
        others=[one for one in others if one.id != row.id],
    )


def _check_own(session: Session, booth: queries.BoothRow, found: Fair, now: datetime) -> None:
    """Raise NotFound, with a way on, for who may not see a listing that is not open."""
    caller = guards.caller()
    if caller is not None and (caller.may_recruit(booth.employer_id) or caller.may_organize(booth.agency_id)):
        return
    public = fair_rules.phase(found, now) != "draft"
    ways = [(url_for("booths.fair", slug=found.slug), _l("지금 열린 공고 보기"))] if public else []
    raise NotFound(_l("지금은 볼 수 없는 공고예요"), links=ways)
