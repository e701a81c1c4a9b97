"""Back into the way: who left a fair without a job goes to a counsellor with what happened and three next steps."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.live.actions import OwnNews, announce
from fairapp.programmes import queries, rules
from fairapp.programmes.actions.assigning import assign
from fairapp.programmes.actions.consents import ask_consent
from fairapp.programmes.models import WayBack

HAPPENED = ("interviews", "rejected", "withdrawn", "missed")


def lead_back(session: Session, fair_id: int, agency_id: int, seekers: Sequence[int], now: datetime) -> int:
    """Write down what happened to these people at the fair with their next steps; return how many were new.

    Who allows the agency to counsel her gets a counsellor, or a place on the waiting list; the others are asked by letter.
    A fair and a person come once, however often this runs. Where the fair's agency is a desk for some groups, the others are
    led by an agency above it; see queries.leads.
    """
    on = rules.day_of(now)
    return sum(
        _lead(session, fair_id, agency, people, now)
        for agency, people in queries.leads(session, agency_id, seekers, on).items()
    )


def _lead(session: Session, fair_id: int, agency_id: int, seekers: Sequence[int], now: datetime) -> int:
    """Lead these people back through this agency; return how many were new."""
    allowed = queries.allowed(session, seekers, agency_id, now)
    new = 0
    for left in queries.what_happened(session, fair_id, agency_id, seekers, now):
        made = _write(session, fair_id, agency_id, left, now)
        if made is None:
            continue
        new += 1
        state = "offered"
        if left.seeker_id in allowed:
            given = assign(session, agency_id, left.seeker_id, now, why="fair")
            state = "waiting" if given.waits else "handed"
        else:
            ask_consent(session, agency_id, left.seeker_id, None, now, fair_id=fair_id)
        session.execute(update(WayBack).where(WayBack.id == made).values(state=state))
        trace.record(
            session, "way.back", "way_back", made, now, fair_id=fair_id, person_id=left.seeker_id, data={"state": state}
        )
        announce(session, [OwnNews(left.seeker_id, "way.changed", now, {"fair": str(fair_id)}, fair_id)])
    return new


def _write(session: Session, fair_id: int, agency_id: int, left: queries.Left, now: datetime) -> int | None:
    """Write the row, or return None where it is there: its key of fair and person is the lock."""
    facts = asdict(left.facts)
    steps = [{"kind": kind, "id": about} for kind, about in rules.next_steps(left.facts)]
    row = {"fair_id": fair_id, "seeker_id": left.seeker_id, "agency_id": agency_id, "state": "offered", "at": now}
    row |= {"happened": {name: facts[name] for name in HAPPENED}, "steps": {"steps": steps}}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = dialect.insert(WayBack).values(row).on_conflict_do_nothing().returning(WayBack.id)
    made = session.execute(new).scalar()
    return None if made is None else int(made)
