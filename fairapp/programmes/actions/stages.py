"""The course through the stages: beginning, moving, pausing and ending it. Each step is appended with who, when and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.errors import Conflict, NotFound
from fairapp.live.actions import announce
from fairapp.programmes import pushes, queries, rules
from fairapp.programmes.models import Participation, Programme, ProgrammeStage, StageStep
from fairapp.programmes.rules import StageFields


class TakesPart(Conflict):
    """The person is in a course of this agency already."""

    slug = "takes-part"
    title = _l("이미 이 기관의 과정에 참여하고 있어요")


def make_programme(
    session: Session,
    agency_id: int,
    name: str,
    now: datetime,
    *,
    name_en: str = "",
    days: int = 365,
    quiet_days: int = 30,
    stages: Sequence[StageFields] = rules.USUAL,
) -> int:
    """Make a course of four stages, by default those of Seoul's success package, and return its id."""
    rules.check_programme(name, days, quiet_days, stages)
    row = {"agency_id": agency_id, "name": name.strip(), "name_en": name_en.strip(), "days": days}
    new = insert(Programme).values(**row, quiet_days=quiet_days, made_at=now).returning(Programme.id)
    made = int(session.execute(new).scalar_one())
    _write_stages(session, made, stages)
    trace.record(session, "programme.made", "programme", made, now)
    return made


def change_programme(
    session: Session,
    programme_id: int,
    name: str,
    now: datetime,
    *,
    name_en: str,
    days: int,
    quiet_days: int,
    stages: Sequence[StageFields],
) -> None:
    """Set what a course is; it holds for those who take part as well, whose past steps stay as they are."""
    rules.check_programme(name, days, quiet_days, stages)
    values = {"name": name.strip(), "name_en": name_en.strip(), "days": days, "quiet_days": quiet_days}
    session.execute(update(Programme).where(Programme.id == programme_id).values(values))
    session.execute(delete(ProgrammeStage).where(ProgrammeStage.programme_id == programme_id))
    _write_stages(session, programme_id, stages)
    trace.record(session, "programme.changed", "programme", programme_id, now)


def _write_stages(session: Session, programme_id: int, stages: Sequence[StageFields]) -> None:
    rows = [
        {
            "programme_id": programme_id,
            "no": one.no,
            "name": one.name.strip(),
            "name_en": one.name_en.strip(),
            "usual_days": one.usual_days,
            "entry": list(one.entry),
            "leave": list(one.leave),
        }
        for one in stages
    ]
    session.execute(insert(ProgrammeStage), rows)


def begin(session: Session, programme_id: int, seeker_id: int, by: int, now: datetime) -> int:
    """Let the person begin the course at its first stage and return the participation's id.

    TakesPart if she is in a course of the agency; WrongStage without what the first stage asks for.
    """
    programme = session.get(Programme, programme_id)
    if programme is None or programme.ended_at is not None:
        raise NotFound
    stages = queries.stages_of(session, programme_id)
    holding = queries.holding(session, programme.agency_id, seeker_id, now, now)
    missing = [one for one in stages[1].entry if one not in holding]
    if missing:
        raise rules.WrongStage(rules.NEEDED[missing[0]])
    row = {"programme_id": programme_id, "agency_id": programme.agency_id, "seeker_id": seeker_id, "began_at": now}
    row |= {"stage": 1, "stage_since": now, "stage_pause": 0, "whole_pause": 0}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = dialect.insert(Participation).values(row).on_conflict_do_nothing().returning(Participation.id)
    made = session.execute(new).scalar()
    if made is None:
        raise TakesPart
    _step(session, int(made), seeker_id, "entered", 1, by, now)
    return int(made)


def _step(
    session: Session,
    participation_id: int,
    seeker_id: int,
    what: str,
    stage: int,
    by: int | None,
    now: datetime,
    why: str = "",
) -> None:
    """Append a step; its number is the lock where two write at once."""
    last = select(func.max(StageStep.no)).where(StageStep.participation_id == participation_id)
    no = (session.scalar(last) or 0) + 1
    row = {"participation_id": participation_id, "no": no, "what": what, "stage": stage, "at": now, "by": by}
    session.execute(insert(StageStep).values(**row, why=why))
    about: dict[str, Any] = {"by": by, "person_id": seeker_id, "data": {"stage": stage}}
    trace.record(session, f"stage.{what}", "participation", participation_id, now, **about)
    announce(session, [pushes.stage_news(seeker_id, participation_id, now)])


def _lock(session: Session, participation_id: int) -> Participation:
    found = select(Participation).where(Participation.id == participation_id).with_for_update()
    row = session.scalar(found.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return row


def _where(row: Participation) -> rules.Where:
    return rules.Where(row.stage, row.paused_at is not None, row.ended_at is not None)


def _set(session: Session, participation_id: int, **values: object) -> None:
    session.execute(update(Participation).where(Participation.id == participation_id).values(values))


def move(session: Session, participation_id: int, to: int, by: int, now: datetime, *, why: str = "") -> None:
    """Let the person go on, back or over a stage; see rules.check_move for what that needs."""
    row = _lock(session, participation_id)
    stages = queries.stages_of(session, row.programme_id)
    holding = queries.holding(session, row.agency_id, row.seeker_id, row.stage_since, now)
    said = rules.check_move(_where(row), to, stages, holding, why)
    _step(session, row.id, row.seeker_id, "left", row.stage, by, now, said)
    _step(session, row.id, row.seeker_id, "entered", to, by, now, said)
    _set(session, row.id, stage=to, stage_since=now, stage_pause=0)


def pause(session: Session, participation_id: int, by: int, now: datetime, *, why: str) -> None:
    """Let the course rest: its time does not count, and nothing becomes overdue."""
    row = _lock(session, participation_id)
    said = rules.check_pause(_where(row), why)
    _step(session, row.id, row.seeker_id, "paused", row.stage, by, now, said)
    _set(session, row.id, paused_at=now)


def _rested(row: Participation, now: datetime) -> dict[str, int]:
    """Return the pauses with the one that ends now."""
    seconds = 0 if row.paused_at is None else int((now - row.paused_at).total_seconds())
    return {"stage_pause": row.stage_pause + seconds, "whole_pause": row.whole_pause + seconds}


def resume(session: Session, participation_id: int, by: int, now: datetime) -> None:
    """Let the course go on after a pause."""
    row = _lock(session, participation_id)
    rules.check_resume(_where(row))
    _step(session, row.id, row.seeker_id, "resumed", row.stage, by, now)
    _set(session, row.id, paused_at=None, **_rested(row, now))


def end(session: Session, participation_id: int, reason: str, by: int | None, now: datetime, *, why: str = "") -> None:
    """End the course: by a job, because it is over, by her own wish, or because she moved away."""
    row = _lock(session, participation_id)
    rules.check_end(_where(row), reason)
    _step(session, row.id, row.seeker_id, "ended", row.stage, by, now, why.strip()[:500])
    _set(session, row.id, ended_at=now, end_reason=reason, paused_at=None, **_rested(row, now))
