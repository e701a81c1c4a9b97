"""The home page: which fairs there are now, next, and were."""

from flask import render_template

from fairapp import clock, db
from fairapp.fairs import queries, rules
from fairapp.fairs.pages.base import blueprint

MOST_PAST = 6


@blueprint.get("/")
def home() -> str:
    """Show the fairs by phase; a single one that is open stands above all."""
    now = clock.now()
    with db.read() as session:
        current = queries.fairs(session, now, phases=("open", "booking", "announced"), limit=30)
        past = queries.fairs(session, now, phases=("closed",), limit=MOST_PAST)[:MOST_PAST]
        counts = queries.counts(session, [fair.id for fair in current], now)
    phases = {fair.id: rules.phase(fair, now) for fair in current}
    running = [fair for fair in current if phases[fair.id] == "open"]
    coming = sorted((f for f in current if phases[f.id] != "open"), key=lambda fair: fair.starts_at)
    return render_template(
        "fairs/home.html", running=running, coming=coming, past=past, counts=counts, phases=phases, now=now
    )
