"""The agencies of a city with what each has going on: for the control tower."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Membership
from fairapp.agencies.models import Agency
from fairapp.coaching.models import Coach
from fairapp.fairs.models import Fair, FairAgency
from fairapp.fairs.queries import phase_is
from fairapp.outcomes.queries import counting
from fairapp.outcomes.queries.scope import Scope, with_below
from fairapp.scheduling.models import Booking, Slot

MOST_AGENCIES = 300
RUNNING = ("open", "booking")


@dataclass(frozen=True, slots=True)
class Centre:
    """An agency with how many fairs it runs now, how many are to come or over, in how many others it takes part, its staff."""

    id: int
    name: str
    name_en: str
    kind: str
    region: str | None
    running: int
    coming: int
    over: int
    joined: int
    coaches: int
    coached: (
        int | None
    )  # people who came to a session of its coaches in the days asked for; at two fairs they count twice


def seen_agencies(session: Session, agency_ids: Sequence[int] | None) -> dict[int, Agency]:
    """Return the agencies that somebody sees, by id: these and all below them; None: all."""
    found = select(Agency).order_by(Agency.id).limit(MOST_AGENCIES)
    if agency_ids is not None:
        found = found.where(Agency.id.in_(with_below(session, agency_ids)))
    return {agency.id: agency for agency in session.scalars(found)}


def centres(session: Session, agencies: Mapping[int, Agency], scope: Scope, now: datetime) -> list[Centre]:
    """Return the agencies with their counts, `coached` over the days of the scope; four statements."""
    ids = sorted(agencies)
    phases = select(Fair.agency_id, phase_is(now).label("phase"), func.count().label("fairs"))
    fairs: dict[tuple[int, str], int] = {}
    for row in session.execute(phases.where(Fair.agency_id.in_(ids)).group_by(Fair.agency_id, phase_is(now))):
        fairs[row.agency_id, row.phase] = row.fairs
    joined = _counts(session, select(FairAgency.agency_id, func.count()), FairAgency.agency_id, ids)
    coaches = _counts(
        session,
        select(Membership.agency_id, func.count()).where(Membership.role == "coach", Membership.ended_at.is_(None)),
        Membership.agency_id,
        ids,
    )
    coached = _coached(session, ids, scope)
    return [
        Centre(
            id=agency.id,
            name=agency.name,
            name_en=agency.name_en,
            kind=agency.kind,
            region=agency.region,
            running=sum(fairs.get((agency.id, phase), 0) for phase in RUNNING),
            coming=sum(fairs.get((agency.id, phase), 0) for phase in ("draft", "announced")),
            over=sum(fairs.get((agency.id, phase), 0) for phase in ("closed", "archived")),
            joined=joined.get(agency.id, 0),
            coaches=coaches.get(agency.id, 0),
            coached=coached.get(agency.id, 0),
        )
        for agency in agencies.values()
    ]


def _coached(session: Session, ids: list[int], scope: Scope) -> dict[int, int]:
    """Return how many came to sessions of the coaches of each agency, wherever the fair is run by another."""
    here = counting.mark(Booking.id, "seeker", counting.FOREVER) == "present"
    met = (
        select(Coach.agency_id, Booking.fair_id, Booking.seeker_id)
        .join(Slot, Slot.coach_id == Coach.id)
        .join(Booking, Booking.slot_id == Slot.id)
        .where(Coach.agency_id.in_(ids), here, *scope.met())
        .distinct()
        .subquery()
    )
    return {row[0]: row[1] for row in session.execute(select(met.c.agency_id, func.count()).group_by(met.c.agency_id))}


def _counts(session: Session, counted: Any, column: Any, ids: list[int]) -> dict[int, int]:
    rows = session.execute(counted.where(column.in_(ids)).group_by(column))
    return {row[0]: row[1] for row in rows}
