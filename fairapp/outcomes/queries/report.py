"""The report: the funnel, the indicators and the measures of a fair, or of many. Pages, API, files and tests use this."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from fairapp import codes
from fairapp.fairs.models import Fair
from fairapp.outcomes import rules
from fairapp.outcomes.models import Outcome
from fairapp.outcomes.queries import counting
from fairapp.outcomes.queries.counting import FUNNEL, took_place
from fairapp.outcomes.queries.scope import Scope, fair_scope
from fairapp.outcomes.rules import HireFacts, Indicator
from fairapp.scheduling.models import Booking, Slot

SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """One stage: how many people, and their share of the stage before in per cent."""

    stage: str
    people: int
    rate: float | None


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that is no share of the hires: `unit` is percent, times, days or krw; None where there is nothing to tell."""

    name: str
    value: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Report:
    """The figures as of a moment. `fair_id` is that of a report of one fair."""

    fair_id: int | None
    as_of: datetime
    funnel: tuple[FunnelStage, ...]
    hires: int
    hire_target: int | None
    target_share: float | None
    indicators: tuple[Indicator, ...]
    measures: tuple[Measure, ...]


def report(session: Session, fair_id: int, as_of: datetime) -> Report:
    """Return the figures of a fair as of a moment; see report_of."""
    return report_of(session, fair_scope(fair_id), as_of)


def report_of(session: Session, scope: Scope, as_of: datetime) -> Report:
    """Return the figures of the scope: the funnel (people, of each fair once), shares of hires, measures; five statements."""
    people = _funnel(session, scope, as_of)
    facts = hire_facts(session, scope, as_of)
    hires = sum(one.hires for one in facts)
    targets = select(func.sum(Fair.hire_target), func.sum(Fair.cost)).where(Fair.id.in_(scope.fairs))
    target, cost = session.execute(targets).one()
    return Report(
        fair_id=scope.fairs[0] if len(scope.fairs) == 1 else None,
        as_of=as_of,
        funnel=_stages(people),
        hires=hires,
        hire_target=None if target is None else int(target),
        target_share=rules.share(hires, int(target)) if target else None,
        indicators=rules.indicators(facts),
        measures=_measures(session, scope, as_of, people, None if cost is None else int(cost), hires),
    )


def _funnel(session: Session, scope: Scope, as_of: datetime) -> dict[str, int]:
    """Return how many people each stage has; one statement."""
    counts = [
        select(func.count()).select_from(people(scope, as_of).subquery()).scalar_subquery().label(name)
        for name, people in FUNNEL
    ]
    return dict(session.execute(select(*counts)).one()._mapping)


def _stages(people: dict[str, int]) -> tuple[FunnelStage, ...]:
    stages, before = [], None
    for name, count in people.items():
        stages.append(FunnelStage(name, count, None if before is None else rules.rate(count, before)))
        before = count
    return tuple(stages)


def hire_facts(session: Session, scope: Scope, as_of: datetime) -> list[HireFacts]:
    """Return the hires, those alike together; one statement."""
    alike = (Outcome.employment_type, Outcome.occupation, Outcome.age, Outcome.segment)
    grouped = counting.hires(scope, as_of).with_only_columns(func.count().label("hires"), *alike).group_by(*alike)
    return [facts_of(row) for row in session.execute(grouped)]


def facts_of(row: Any) -> HireFacts:
    """Return a group of hires (it has hires, employment_type, occupation, age and segment) as the rules count it."""
    found = codes.occupations().get(row.occupation or "")
    professional = None if found is None else found.professional
    return HireFacts(row.hires, row.employment_type, professional, row.age, row.segment)


def _measures(
    session: Session, scope: Scope, as_of: datetime, people: dict[str, int], cost: int | None, hires: int
) -> tuple[Measure, ...]:
    met, booths, absent, marked = _meetings(session, scope, as_of)
    days = rules.middle([one for one in _days_to_result(session, scope, as_of) if one >= 0])

    return (
        Measure("placement", rules.share(people["hired"], people["registered"]), "percent"),
        Measure("success", rules.share(people["passed"], people["interviewed"]), "percent"),
        Measure("interviews_per_seeker", rules.times(met, people["interviewed"]), "times"),
        Measure("interviews_per_booth", rules.times(met, booths), "times"),
        Measure("seeker_absence", rules.share(absent["seeker"], marked["seeker"]), "percent"),
        Measure("host_absence", rules.share(absent["host"], marked["host"]), "percent"),
        Measure("days_to_result", days, "days"),
        Measure("cost_per_hire", None if cost is None else rules.each(cost, hires), "krw"),
    )


def _meetings(session: Session, scope: Scope, as_of: datetime) -> tuple[int, int, dict[str, int], dict[str, int]]:
    """Return how many interviews took place, at how many booths, and of each side the absent and the marked; one statement."""
    held = select(Booking.id, Slot.booth_id).join(Slot, Slot.id == Booking.slot_id).where(*took_place(scope, as_of))
    taken = held.subquery()
    sides: dict[str, Any] = {side: counting.mark(Booking.id, side, as_of) for side in ("seeker", "host")}
    marks = (
        select(sides["seeker"].label("seeker"), sides["host"].label("host"))
        .select_from(Booking)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.fair_id.in_(scope.fairs), Slot.kind == "interview", *scope.met())
        .subquery()
    )
    row = session.execute(
        select(
            select(func.count()).select_from(taken).scalar_subquery(),
            select(func.count(taken.c.booth_id.distinct())).scalar_subquery(),
            *(select(func.count()).where(marks.c[side] == "absent").scalar_subquery() for side in sides),
            *(select(func.count(marks.c[side])).scalar_subquery() for side in sides),
        )
    ).one()
    return row[0], row[1], dict(zip(sides, row[2:4], strict=True)), dict(zip(sides, row[4:6], strict=True))


def _days_to_result(session: Session, scope: Scope, as_of: datetime) -> Iterable[float]:
    """Return of each interview with a result how many days passed until the first was written; one statement."""
    first = aliased(Outcome)
    results: Sequence[str] = (*rules.PASSED_STAGES, *rules.ENDS)
    found = (
        select(func.min(first.recorded_at), Slot.ends_at)
        .select_from(first)
        .join(Booking, Booking.id == first.booking_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.fair_id.in_(scope.fairs), first.stage.in_(results), first.recorded_at <= as_of, *scope.met())
        .group_by(first.booking_id, Slot.ends_at)
    )
    return [(row[0] - row[1]).total_seconds() / SECONDS_A_DAY for row in session.execute(found)]
