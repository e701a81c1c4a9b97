"""Reads of floor plans, and of what a fair's plan has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp.fairs.models import Fair, FairAgency, FairSite, FloorPlan, Room, Site
from fairapp.fairs.queries.fairs import counters
from fairapp.fairs.rules import Plan


@dataclass(frozen=True, slots=True)
class Floor:
    """The floor of a site with its rooms; `version` changes with the picture."""

    site: Site
    columns: int
    rows: int
    has_image: bool
    version: int
    placed: Sequence[Room]
    others: Sequence[Room]  # that stand nowhere


def floors_of(session: Session, fair_id: int) -> list[Floor]:
    """Return the floors of a fair's sites; two statements."""
    found = (
        select(Site, FloorPlan.columns, FloorPlan.rows, FloorPlan.image_kind, FloorPlan.changed_at)
        .join(FairSite, FairSite.site_id == Site.id)
        .join(FloorPlan, FloorPlan.site_id == Site.id)
        .where(FairSite.fair_id == fair_id)
        .order_by(Site.id)
    )
    rows = session.execute(found).all()
    every = (
        select(Room)
        .where(Room.site_id.in_([row.Site.id for row in rows]))
        .order_by(Room.at_row, Room.at_column, Room.id)
    )
    rooms = session.scalars(every).all()
    return [
        Floor(
            site=row.Site,
            columns=row.columns,
            rows=row.rows,
            has_image=row.image_kind is not None,
            version=int(row.changed_at.timestamp()),
            placed=[room for room in rooms if room.site_id == row.Site.id and room.at_row is not None],
            others=[room for room in rooms if room.site_id == row.Site.id and room.at_row is None],
        )
        for row in rows
    ]


def picture_of(session: Session, site_id: int) -> tuple[bytes, str] | None:
    """Return the picture under a site's floor with its media type, or None."""
    found = select(FloorPlan.image, FloorPlan.image_kind).where(FloorPlan.site_id == site_id)
    row = session.execute(found).one_or_none()
    return None if row is None or row.image is None else (row.image, str(row.image_kind))


def plan_of(session: Session, fair: Fair, now: datetime) -> Plan:
    """Return what there is of a fair, for the list of what is missing."""
    sites = select(FairSite.site_id).where(FairSite.fair_id == fair.id)
    counts = select(
        select(func.count()).select_from(sites.subquery()).scalar_subquery(),
        select(func.count()).where(Room.site_id.in_(sites)).scalar_subquery(),
        select(func.count(Room.at_row)).where(Room.site_id.in_(sites)).scalar_subquery(),
        select(func.count()).where(FairAgency.fair_id == fair.id).scalar_subquery(),
    )
    there = session.execute(counts).one()
    later = {name: counter(session, [fair.id], now).get(fair.id, 0) for name, counter in counters.items()}
    return Plan(
        mode=fair.mode,
        bilingual=fair.languages == "ko,en",
        name_en=fair.name_en,
        about=fair.about,
        about_en=fair.about_en,
        announced=fair.announced_at is not None,
        hire_target=fair.hire_target,
        sites=there[0],
        rooms=there[1],
        placed_rooms=there[2],
        agencies=there[3],
        letter_note=fair.letter_note,
        booths=later["approved"],
        hiring=later["booths"],
        unplaced=later["unplaced"],
        listings=later["listings"],
        free_slots=later["slots"],
        coaches=later["coaches"],
    )
