"""The home page: which fairs there are now, next, and were; all of them, or those of a region."""

from flask import render_template, request

from fairapp import clock, codes, db
from fairapp.accounts import guards
from fairapp.accounts.queries import profile_fields
from fairapp.fairs import queries, rules
from fairapp.fairs.pages.base import blueprint
from fairapp.language import region_choices

MOST_PAST = 6
CURRENT = ("open", "booking", "announced")


@blueprint.get("/")
def home() -> str:
    """Show the fairs by phase; a single one that is open stands above all."""
    now, caller, asked = clock.now(), guards.caller(), request.args.get("region", "")
    region = asked if asked in codes.regions() else None
    with db.read() as session:
        current = queries.fairs(session, now, phases=CURRENT, region=region, limit=30)
        past = queries.fairs(session, now, phases=("closed",), region=region, limit=MOST_PAST)[:MOST_PAST]
        counts = queries.counts(session, [fair.id for fair in current], now)
        where = queries.regions_of(session, [fair.id for fair in (*current, *past)])
        seen = queries.regions_seen(session, queries.phase_is(now).in_(CURRENT))
        own = profile_fields(session, caller.id).region if caller else None
    phases = {fair.id: rules.phase(fair, now) for fair in current}
    running = [fair for fair in current if phases[fair.id] == "open"]
    coming = sorted((f for f in current if phases[f.id] != "open"), key=lambda fair: fair.starts_at)
    return render_template(
        "fairs/home.html",
        running=running,
        coming=coming,
        past=past,
        counts=counts,
        phases=phases,
        where=where,
        region=region,
        regions=_choices(seen, region),
        own=own if own in seen and own != region else None,
        now=now,
    )


def _choices(seen: list[str], chosen: str | None) -> dict[str, list[tuple[str, str]]]:
    """Return the districts where fairs are and the provinces around them, by province; nothing where there is no choice."""
    if len(seen) < 2 and chosen is None:
        return {}
    there = {*seen, *(f"{code[:2]}000" for code in seen), chosen}
    grouped = {group: [one for one in within if one[0] in there] for group, within in region_choices().items()}
    return {group: within for group, within in grouped.items() if within}
