"""Staff book a free time for somebody whom they know of, past the rules of fair and booth; the reason is kept."""

from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.booths import queries as booths
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.language import masked, say_when
from fairapp.scheduling import actions, queries
from fairapp.scheduling.forms import StaffBookForm
from fairapp.scheduling.pages.base import blueprint, go
from fairapp.scheduling.pages.hours import Counter, counter_of, hours_url
from fairapp.scheduling.queries import Known, SlotRow
from fairapp.scheduling.rules import Wish
from fairapp.shapes import number


@blueprint.route("/slots/<slot>/bookings/new", methods=["GET", "POST"])
@guards.page(guards.signed_in)
def book_for(caller: Caller, slot: str) -> Any:
    """Book for somebody who waits, or was booked, there."""
    row, counter = _kept(caller, number(slot))
    form = StaffBookForm() if request.method == "POST" else StaffBookForm(formdata=None)
    _fill(form, row, counter)
    if request.method == "GET":
        return _show(row, counter, form)
    if not form.validate():
        return _show(row, counter, form, 422)
    listing = int(form.listing.data) if form.listing and form.listing.data else None
    wish = Wish(listing_id=listing, override=form.reason.data or "", by=caller.id)
    try:
        db.write(actions.book, row.id, int(form.seeker.data), wish, clock.now())
    except Invalid as error:
        form.add_errors(error)
        return _show(row, counter, form, 422)
    except Conflict as error:
        flash(str(error.detail), "danger")
        return _show(row, counter, form, 409)
    flash(gettext("%(when)s에 예약하고 알렸어요", when=say_when(row.starts_at, counter.fair.zone)), "success")
    day = clock.local(row.starts_at, counter.fair.zone).date()
    return go(hours_url(counter.post.kind, counter.post.id, day=day.isoformat()))


def _kept(caller: Caller, slot_id: int) -> tuple[SlotRow, Counter]:
    """Return the slot and its counter, if the caller keeps it; NotFound."""
    with db.read() as session:
        row = queries.slots_by_id(session, [slot_id]).get(slot_id)
    if row is None or row.closed_at is not None:
        raise NotFound
    kind, giver = ("interview", row.booth_id) if row.booth_id is not None else ("coaching", row.coach_id)
    return row, counter_of(caller, kind, giver or 0)


def _fill(form: StaffBookForm, row: SlotRow, counter: Counter) -> None:
    with db.read() as session:
        known = queries.known_at(session, counter.post)
        listings = booths.visible_of_booths(session, [row.booth_id or 0], clock.now()).get(row.booth_id or 0, [])
    form.offer([(one.account_id, _said(one)) for one in known], [(one.id, one.title) for one in listings])


def _said(one: Known) -> str:
    if one.place:
        return gettext("%(name)s (%(place)s번째로 기다려요)", name=masked(one.name), place=one.place)
    return masked(one.name)


def _show(row: SlotRow, counter: Counter, form: StaffBookForm, status: int = 200) -> Any:
    day = clock.local(row.starts_at, counter.fair.zone).date().isoformat()
    page = render_template(
        "scheduling/staff_booking.html",
        slot=row,
        post=counter.post,
        fair=counter.fair,
        form=form,
        back=hours_url(counter.post.kind, counter.post.id, day=day),
    )
    return page, status
