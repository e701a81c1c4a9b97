"""Who does not come: after the fair's grace the rest of her time is free, and her booking stays what it was."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from fairapp import audit, db
from fairapp.fairs.models import Fair
from fairapp.outcomes import actions, jobs
from fairapp.scheduling.models import Slot, TimeClaim
from tests.factories import NOW
from tests.scheduling.cast import Cast

START = NOW + timedelta(hours=2)  # of the first slot, which takes 20 minutes


@pytest.fixture
def absent(cast_on_both: Cast) -> Cast:
    """Return the cast, whose seeker has booked the first slot and is marked absent as it begins."""
    cast_on_both.write(lambda session: session.execute(update(Fair).values(grace_minutes=5)))
    booking = cast_on_both.book(cast_on_both.slots[0], cast_on_both.seeker)
    slot = cast_on_both.rows(select(Slot).where(Slot.id == cast_on_both.slots[0]))[0]
    mark(cast_on_both, booking, "absent", slot.starts_at)
    return cast_on_both


def mark(cast: Cast, booking: int, state: str | None, now: Any) -> None:
    """Mark the seeker."""
    cast.write(actions.mark_attendance, booking, seeker=state, by=cast.recruiter, now=now)


def free(cast: Cast, minutes: int) -> tuple[int, Any]:
    """Let the job come by so many minutes after the start; return how many it freed, and how long the slot is then."""
    slot = cast.rows(select(Slot).where(Slot.id == cast.slots[0]))[0]
    with cast.app.app_context():
        freed = jobs.free_absent(slot.starts_at + timedelta(minutes=minutes))
    after = cast.rows(select(Slot).where(Slot.id == cast.slots[0]))[0]
    return freed, (after.ends_at - after.starts_at).seconds // 60


def test_the_rest_is_free_after_the_grace_and_once(absent: Cast) -> None:
    length = free(absent, 4)
    assert length[0] == 0
    held = len(absent.rows(select(TimeClaim)))
    assert free(absent, 5) == (1, 10)
    assert len(absent.rows(select(TimeClaim))) == held - 2 * (length[1] - 10) // 5 - (length[1] - 10) // 5 * has_room(
        absent
    )
    assert free(absent, 6) == (0, 10)
    assert absent.booking(1).status == "confirmed"
    with absent.database.read() as session:
        assert audit.breaches(session) == []


def has_room(cast: Cast) -> int:
    """Whether the slot holds the time of a room as well."""
    return sum(slot.room_id is not None for slot in cast.rows(select(Slot).where(Slot.id == cast.slots[0])))


def test_who_came_late_after_all_keeps_her_time(absent: Cast) -> None:
    slot = absent.rows(select(Slot).where(Slot.id == absent.slots[0]))[0]
    mark(absent, 1, "present", slot.starts_at + timedelta(minutes=4))
    assert free(absent, 5)[0] == 0


def test_nobody_marked_is_nobody_absent(cast_on_both: Cast) -> None:
    cast_on_both.book(cast_on_both.slots[0], cast_on_both.seeker)
    assert free(cast_on_both, 15)[0] == 0


def test_the_job_is_one_of_the_ticks(app: Flask) -> None:
    from fairapp.schedule import JOBS

    assert db.of(app) is not None
    assert ("absences", 20, jobs.free_absent) in JOBS
