"""A seeker's day: what comes next, what is kept or offered, where she waits, what is over."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import render_template, request

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.fairs import queries as fairs
from fairapp.live import queries as live
from fairapp.scheduling import queries, rules
from fairapp.scheduling.forms import RevForm
from fairapp.scheduling.pages.base import blueprint
from fairapp.scheduling.queries import BookingFacts
from fairapp.shapes import decode_cursor, page_of

PAST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class DayOf:
    """The meetings of one day."""

    moment: datetime
    zone: str
    bookings: list[BookingFacts]


@blueprint.get("/me/schedule")
@guards.page(guards.signed_in)
def my_day(caller: Caller) -> Any:
    """Show one's schedule."""
    now = clock.now()
    key = decode_cursor(request.args.get("past"), datetime, int)
    with db.read() as session:
        mine_seq = live.own_heads(session, [caller.id]).get(caller.id, 0)
        coming = [b for b in queries.upcoming_of_seeker(session, caller.id, now) if rules.state_of(b, now) != "expired"]
        offers = queries.open_offers(session, [b.id for b in coming if b.status == "held"])
        waits = queries.waits_of(session, caller.id)
        fair_id = next((one for one in [*(b.fair_id for b in coming), *(w.fair_id for w in waits)]), None)
        seq = 0 if fair_id is None else fairs.news_number(session, fair_id)
        rows = queries.past_of_seeker(session, caller.id, now, after=key, limit=PAST_SHOWN + 1)
    past, following = page_of(rows, PAST_SHOWN, lambda b: (b.starts_at, b.id))
    return render_template(
        "scheduling/my_day.html",
        days=_days(coming),
        following=next((b for b in coming if b.starts_at > now), None),
        offers=offers,
        waits=waits,
        past=past,
        next_past=following,
        paging=key is not None,
        moment=now,
        live={"fair": fair_id, "seq": seq, "mine": mine_seq},
        form=RevForm(formdata=None),
    )


def _days(coming: list[BookingFacts]) -> list[DayOf]:
    days = []
    for _, found in groupby(coming, lambda b: clock.local(b.starts_at, b.zone).date()):
        together = list(found)
        days.append(DayOf(together[0].starts_at, together[0].zone, together))
    return days
