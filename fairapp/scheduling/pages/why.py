"""Why not: a sentence that says what stands in the way of booking a time, and the nearest times instead."""

from typing import Any

from flask import render_template, url_for

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import AppError, NotFound
from fairapp.scheduling import actions, queries
from fairapp.scheduling.pages.base import blueprint
from fairapp.scheduling.queries import SlotRow
from fairapp.scheduling.rules import Wish
from fairapp.shapes import number


@blueprint.get("/slots/<slot>/why")
@guards.page(guards.signed_in)
def why_not(caller: Caller, slot: str) -> Any:
    """Say whether the reader can book the time, and if not, why."""
    slot_id, now = number(slot), clock.now()
    with db.read() as session:
        row = queries.slots_by_id(session, [slot_id]).get(slot_id)
        if row is None:
            raise NotFound
        post = queries.post_of(session, row, now)
        zone = queries.zone_of(session, row.fair_id)
    wish = Wish(request=row.requests_only, consent=True, unasked=True)
    refused = None
    try:
        db.write(actions.try_booking, slot_id, caller.id, wish, now)
    except actions.WouldBook:
        pass
    except AppError as error:
        with db.read() as session:
            refused = queries.refusal(session, error, slot_id, caller.id, now)
    return render_template(
        "scheduling/why.html", slot=row, post=post, zone=zone, refused=refused, desk=lambda one: _desk(row, one)
    )


def _desk(row: SlotRow, slot_id: int) -> str:
    """Return where a slot of this giver is booked."""
    if row.booth_id is not None:
        return url_for("interviews.booth", booth=row.booth_id, slot=slot_id, _anchor="book")
    return url_for("coaching.coach", coach=row.coach_id, slot=slot_id, _anchor="book")
