"""A recruiter's listings at one booth: all of them, a new one, changing and closing one."""

from datetime import datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.booths import actions, forms, queries, rules
from fairapp.booths.models import Listing
from fairapp.booths.pages.base import blueprint, own_booth, reasons
from fairapp.errors import AppError, Invalid, NotFound, Stale
from fairapp.fairs import queries as fair_queries
from fairapp.shapes import decode_cursor, number, page_of

AT_ONCE = 50


@blueprint.get("/stand/<booth>/listings")
@guards.page(guards.recruiter)
def stand_listings(caller: Caller, booth: str) -> str:
    """List the booth's listings, open or not, and say why the booth is not visible."""
    now = clock.now()
    after = decode_cursor(request.args.get("cursor"), int)
    with db.read() as session:
        row = own_booth(session, caller, booth, now)
        rows = queries.listings_of_booth(session, row.id, after[0] if after else None, AT_ONCE)
        listings, following = page_of(rows, AT_ONCE, lambda one: (one.id,))
        why = reasons(session, [row], now)[row.id]
    until = row.intent_confirmed_at and row.intent_confirmed_at + timedelta(days=row.intent_days)
    return render_template(
        "booths/stand_listings.html",
        booth=row,
        listings=listings,
        states={one.id: _state(one, now) for one in listings},
        why=why,
        until=until,
        now=now,
        following=url_for("booths.stand_listings", booth=row.id, cursor=following) if following else None,
    )


def _state(listing: queries.ListingRow, now: datetime) -> tuple[str, str]:
    """Return a listing's state in words and the kind of its badge."""
    if listing.closed_at is not None:
        return gettext("닫음"), "outline"
    if now >= listing.closes_at:
        return gettext("기간이 끝남"), "outline"
    if not listing.openings_left:
        return gettext("모두 뽑음"), "outline"
    if listing.legal_until is not None and max(now, listing.opens_at) >= listing.legal_until:
        return gettext("최저임금보다 낮아 보이지 않음"), "danger"
    return (gettext("아직 열리지 않음"), "information") if now < listing.opens_at else (gettext("열림"), "success")


@blueprint.route("/stand/<booth>/listings/new", methods=["GET", "POST"])
@guards.page(guards.recruiter)
def new_listing(caller: Caller, booth: str) -> Any:
    """Put up a listing."""
    now = clock.now()
    with db.read() as session:
        row = own_booth(session, caller, booth, now)
        fair = fair_queries.fair_by_id(session, row.fair_id)
    form = forms.listing_form(row.zone, opens_at=now, closes_at=fair.ends_at)
    if request.method == "GET":
        return _shown(form, row, None, 200)
    try:
        if not form.validate():
            raise Invalid
        db.write(actions.open_listing, row.id, form.fields(row.zone, now), caller.id, now)
    except (Invalid, rules.FairOver) as refused:
        return _shown(form, row, None, 422, refused)
    flash(gettext("공고를 올렸어요."), "success")
    return redirect(url_for("booths.stand_listings", booth=row.id), 303)


@blueprint.route("/stand/<booth>/listings/<listing>/edit", methods=["GET", "POST"])
@guards.page(guards.recruiter)
def edit_listing(caller: Caller, booth: str, listing: str) -> Any:
    """Change a listing."""
    now = clock.now()
    row, kept = _own(caller, booth, listing, now)
    form = forms.listing_form(row.zone, kept)
    if request.method == "GET":
        return _shown(form, row, kept, 200)
    rev = str(form.rev.data or "")
    wanted = int(rev) if rev.isascii() and rev.isdigit() and len(rev) < 10 else 0
    try:
        if not form.validate():
            raise Invalid
        db.write(actions.edit_listing, kept.id, wanted, form.fields(row.zone, now, kept), caller.id, now)
    except (Invalid, Stale, rules.ListingClosed) as refused:
        return _shown(form, row, kept, 422, refused)
    flash(gettext("공고를 고쳤어요."), "success")
    return redirect(url_for("booths.stand_listings", booth=row.id), 303)


@blueprint.route("/stand/<booth>/listings/<listing>/closing", methods=["GET", "POST"])
@guards.page(guards.recruiter)
def close_listing(caller: Caller, booth: str, listing: str) -> Any:
    """Ask whether to close a listing (GET), or close it."""
    now = clock.now()
    row, kept = _own(caller, booth, listing, now)
    if request.method == "GET":
        return render_template("booths/close_listing.html", booth=row, listing=kept)
    db.write(actions.close_listing, kept.id, caller.id, now)
    flash(gettext("공고를 닫았어요. 이미 잡힌 면접은 그대로예요."), "success")
    return redirect(url_for("booths.stand_listings", booth=row.id), 303)


def _own(caller: Caller, booth: str, listing: str, now: datetime) -> tuple[queries.BoothRow, Listing]:
    with db.read() as session:
        row = own_booth(session, caller, booth, now)
        kept = queries.get_listing(session, number(listing))
    if kept.booth_id != row.id:
        raise NotFound
    return row, kept


def _shown(
    form: forms.ListingForm, row: queries.BoothRow, kept: Listing | None, status: int, refused: AppError | None = None
) -> tuple[str, int] | Response:
    if isinstance(refused, Invalid):
        if refused.errors:
            form.add_errors(refused)
    elif refused is not None:
        form.add_errors(Invalid(refused.detail))
    return render_template("booths/listing_form.html", form=form, booth=row, listing=kept), status
