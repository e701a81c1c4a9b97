"""The page of a booth: who hires, for what, and when one can talk to them; booking and waiting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.booths import queries as booths
from fairapp.booths.queries import BoothRow, ListingRow
from fairapp.employers import queries as employers
from fairapp.employers.models import Employer
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.fairs import queries as fairs
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.models import Fair
from fairapp.interviews import queries
from fairapp.interviews.actions import SHARED_FOR
from fairapp.interviews.forms import BookForm, answer_name
from fairapp.language import say_date
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling import queries as times
from fairapp.scheduling import rules
from fairapp.scheduling.queries import Desk, Giver, LineRow, Refusal
from fairapp.shapes import number

blueprint = Blueprint("interviews", __name__)
MOST_LISTINGS = 50


@dataclass(frozen=True, slots=True)
class Booth:
    """All that the page shows."""

    row: BoothRow
    fair: Fair
    employer: Employer
    listings: list[ListingRow]
    desk: Desk
    line: LineRow | None
    draws: Sequence[Any]
    seq: int
    now: datetime

    @property
    def bookable(self) -> bool:
        """Whether its free slots can be booked now."""
        return self.row.hiring and fair_rules.bookable(self.fair, self.now)

    @property
    def shared_until(self) -> str:
        """Until when the employer may see the profile of who books."""
        return say_date(self.fair.ends_at + SHARED_FOR, self.fair.zone)


def _found(booth_id: int, caller: Caller | None) -> Booth:
    """Return what the page shows; NotFound for a booth that seekers may not know of."""
    now, first = clock.now(), rules.day_named(request.args.get("day"))
    with db.read() as session:
        fair_id = queries.fair_of(session, booth_id)
        seq = fairs.news_number(session, fair_id or 0)
        row = booths.get_booth(session, booth_id, now)
        keeps = caller is not None and (caller.may_recruit(row.employer_id) or caller.may_organize(row.agency_id))
        if not keeps and not queries.was_visible(row, now):
            raise NotFound
        giver = Giver(row.zone, booth_id=booth_id)
        return Booth(
            row=row,
            fair=fairs.fair_by_id(session, row.fair_id),
            employer=employers.get_employer(session, row.employer_id),
            listings=booths.visible_of_booths(session, [booth_id], now, MOST_LISTINGS).get(booth_id, []),
            desk=times.desk(session, giver, caller.id if caller else None, now, first, single=not row.many_interviews),
            line=times.line_of(session, booth_id, now),
            draws=times.open_draws(session, booth_id, now),
            seq=seq,
            now=now,
        )


def _show(found: Booth, form: BookForm, refused: Refusal | None = None) -> Any:
    status = refused.error.status if refused else 422 if form.errors else 200
    template = "interviews/booth.html" if found.row.hiring else "interviews/closed.html"
    page = render_template(
        template,
        booth=found.row,
        fair=found.fair,
        employer=found.employer,
        listings=_chosen_first(found.listings, form.listing.data),
        desk=found.desk,
        line=found.line,
        draws=found.draws,
        window=found.desk.window,
        bookable=found.bookable,
        shared_until=found.shared_until,
        seq=found.seq,
        form=form,
        answer_name=answer_name,
        refused=refused,
        moment=found.now,
    )
    return page, status


def _chosen_first(listings: list[ListingRow], chosen: str | None) -> list[ListingRow]:
    return sorted(listings, key=lambda row: str(row.id) != chosen)


@blueprint.get("/booths/<booth>")
def booth(booth: str) -> Any:
    """Show a booth."""
    found = _found(number(booth), guards.caller())
    listing = request.args.get("listing") or (str(found.listings[0].id) if len(found.listings) == 1 else None)
    form = BookForm(formdata=None, slot=request.args.get("slot"), listing=listing)
    form.offer(found.desk.window.hosts)
    return _show(found, form)


@blueprint.get("/booths/<booth>/bookings")
@guards.page(guards.signed_in)
def after_sign_in(caller: Caller, booth: str) -> Any:
    """Lead back to the booth with what was chosen before signing in."""
    slot, listing = request.args.get("slot") or None, request.args.get("listing") or None
    return redirect(url_for("interviews.booth", booth=number(booth), slot=slot, listing=listing, _anchor="book"), 303)


@blueprint.post("/booths/<booth>/bookings")
@guards.page(guards.signed_in)
def book(caller: Caller, booth: str) -> Any:
    """Book an interview."""
    booth_id, form = number(booth), BookForm()
    found = _found(booth_id, caller)
    form.offer(found.desk.window.hosts)
    valid, asking = form.validate(), None
    try:
        slot_id, wish = form.chosen(found.listings)
        with db.read() as session:
            asking = times.asked_for(session, slot_id, Giver(found.row.zone, booth_id=booth_id))
            if asking is None:
                form.slot.errors = [gettext("이 기업의 시간 가운데서 골라 주세요")]
                raise NotFound
    except NotFound:
        valid = False
    if not valid:
        return _show(found, form)
    try:
        booked = db.write(scheduling.book, slot_id, caller.id, replace(wish, request=bool(asking)), clock.now())
    except Invalid as error:
        form.add_errors(error)
        return _show(found, form)
    except Conflict as error:
        return _refused(caller, booth_id, slot_id, form, error)
    flash(str(booked.said), "success")
    return redirect(url_for("scheduling.booking", booking=booked.id), 303)


def _refused(caller: Caller, booth_id: int, slot_id: int, form: BookForm, error: Conflict) -> Any:
    """Show the page as it is now, with the reason and the nearest times; what was typed stays."""
    with db.read() as session:
        refused = times.refusal(session, error, slot_id, caller.id, clock.now())
    if refused.own is not None:
        return redirect(url_for("scheduling.booking", booking=refused.own), 303)
    form.slot.data = str(refused.nearest[0].id) if refused.nearest else None
    return _show(_found(booth_id, caller), form, refused)


@blueprint.post("/booths/<booth>/waitlist")
@guards.page(guards.signed_in)
def wait(caller: Caller, booth: str) -> Any:
    """Wait for a time at the booth."""
    booth_id = number(booth)
    found = _found(booth_id, caller)
    if found.bookable:
        db.write(
            scheduling.join_waitlist,
            caller.id,
            clock.now(),
            booth_id=booth_id,
            wanted=scheduling.Wanted.on(request.form.get("part")),
        )
        flash(gettext("대기를 신청했어요. 시간이 나면 메일과 화면으로 바로 알려 드려요"), "success")
    return redirect(url_for("interviews.booth", booth=booth_id, _anchor="wait"), 303)
