"""Inviting people of a stage or a pool to a session for many: training, a tour of a company."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp.errors import NotFound
from fairapp.live.actions import post
from fairapp.programmes import pushes, queries
from fairapp.programmes.models import SessionInvite
from fairapp.scheduling.models import Slot


def invite(session: Session, slot_id: int, agency_id: int, seekers: Collection[int], by: int, now: datetime) -> int:
    """Invite those of the people who allow the agency to counsel them, each once; return how many were new.

    NotFound for what is no coming session for many of the agency. A seat is taken by booking it, as always.
    """
    slot = session.execute(
        select(Slot.id).where(
            Slot.id == slot_id,
            Slot.kind == "group",
            Slot.agency_id == agency_id,
            Slot.starts_at > now,
            Slot.closed_at.is_(None),
        )
    ).first()
    if slot is None:
        raise NotFound
    wanted = sorted(queries.allowed(session, seekers, agency_id, now))
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = 0
    for seeker_id in wanted:
        row = dialect.insert(SessionInvite).values(
            slot_id=slot_id, seeker_id=seeker_id, agency_id=agency_id, by=by, at=now
        )
        made = session.execute(row.on_conflict_do_nothing().returning(SessionInvite.seeker_id)).scalar()
        if made is not None:
            new += 1
            post(session, [pushes.invite_letter(seeker_id, slot_id, now)])
    return new
