"""The report of a fair: the funnel and the indicators. The page, the API and the tests use this one function."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, case, cast, extract, func, select
from sqlalchemy.orm import Session

from fairapp import codes
from fairapp.accounts.models import Profile
from fairapp.fairs.models import Fair
from fairapp.outcomes import rules
from fairapp.outcomes.models import Outcome
from fairapp.outcomes.queries import counting

STAGES = (
    ("came", counting.came),
    ("booked", counting.booked),
    ("interviewed", counting.interviewed),
    ("passed", counting.passed),
)


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """One stage: how many people, and their share of the stage before in per cent."""

    stage: str
    people: int
    rate: float | None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A part of the hires: `known` is how many of them say it, and the share is of those."""

    name: str
    hires: int
    known: int
    unknown: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a fair as of a moment."""

    fair_id: int
    as_of: datetime
    funnel: tuple[FunnelStage, ...]
    hires: int
    hire_target: int | None
    target_share: float | None
    indicators: tuple[Indicator, ...]


def report(session: Session, fair_id: int, as_of: datetime) -> Report:
    """Return the funnel (distinct seekers) and the indicators (hires) of a fair as of a moment; three statements."""
    counts = [
        select(func.count()).select_from(people(fair_id, as_of).subquery()).scalar_subquery() for _, people in STAGES
    ]
    hired = counting.hires(fair_id, as_of).with_only_columns(func.count(Outcome.seeker_id.distinct()))
    numbers = session.execute(select(*counts, hired.scalar_subquery())).one()
    funnel, before = [], None
    for name, people in zip([*(name for name, _ in STAGES), "hired"], numbers, strict=True):
        funnel.append(FunnelStage(name, people, None if before is None else rules.rate(people, before)))
        before = people
    groups = _hire_groups(session, fair_id, as_of)
    hires = sum(group.hires for group in groups)
    target = session.scalar(select(Fair.hire_target).where(Fair.id == fair_id))
    return Report(
        fair_id=fair_id,
        as_of=as_of,
        funnel=tuple(funnel),
        hires=hires,
        hire_target=target,
        target_share=rules.share(hires, target) if target else None,
        indicators=_indicators(groups, hires),
    )


def _calendar(day: Any) -> Any:
    """Return a date as the number YYYYMMDD, whose differences tell completed years on both databases."""
    parts = ((extract("year", day), 10_000), (extract("month", day), 100), (extract("day", day), 1))
    return sum((cast(part, Integer) * times for part, times in parts), start=cast(0, Integer))


def _hire_groups(session: Session, fair_id: int, as_of: datetime) -> list[Any]:
    """Return the hires by employment type and occupation, with how many are young and of how many nobody knows."""
    lived = _calendar(Outcome.on) - _calendar(Profile.birth_date)
    young = (lived >= rules.YOUTH_FROM * 10_000) & (lived < rules.YOUTH_BEFORE * 10_000)
    grouped = (
        counting.hires(fair_id, as_of)
        .outerjoin(Profile, Profile.account_id == Outcome.seeker_id)
        .with_only_columns(
            Outcome.employment_type,
            Outcome.occupation,
            func.count().label("hires"),
            func.sum(case((young, 1), else_=0)).label("young"),
            func.sum(case((Profile.birth_date.is_(None), 1), else_=0)).label("ageless"),
        )
        .group_by(Outcome.employment_type, Outcome.occupation)
    )
    return list(session.execute(grouped).all())


def _indicators(groups: list[Any], hires: int) -> tuple[Indicator, ...]:
    occupations = codes.occupations()
    known = [g for g in groups if g.occupation in occupations]
    ageless = sum(g.ageless for g in groups)
    typeless = sum(g.hires for g in groups if g.employment_type is None)
    parts = (
        ("youth", sum(g.young for g in groups), ageless),
        ("regular", sum(g.hires for g in groups if g.employment_type == "regular"), typeless),
        (
            "professional",
            sum(g.hires for g in known if occupations[g.occupation].professional),
            hires - sum(g.hires for g in known),
        ),
    )
    return tuple(
        Indicator(name, part, hires - unknown, unknown, rules.share(part, hires - unknown))
        for name, part, unknown in parts
    )
