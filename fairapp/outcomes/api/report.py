"""The call of the report."""

from typing import Any

from pydantic import BaseModel

from fairapp import clock, db, openapi
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.outcomes import forms, queries
from fairapp.outcomes.api.fairs import AsOf, organized
from fairapp.shapes import Moment, Ref


class StageOut(BaseModel):
    """A stage of the funnel: distinct people, and their share of the stage before in per cent."""

    stage: str
    people: int
    rate: float | None


class IndicatorOut(BaseModel):
    """A part of the hires: `share` is per cent of those who say it (`known`)."""

    name: str
    hires: int
    known: int
    unknown: int
    share: float | None


class MeasureOut(BaseModel):
    """A figure that is no share of the hires: `unit` is percent, times, days or krw; null where there is nothing to tell."""

    name: str
    value: float | None
    unit: str


class ReportOut(BaseModel):
    """The figures of a fair as of a moment."""

    fair: Ref
    as_of: Moment
    funnel: list[StageOut]
    hires: int
    hire_target: int | None
    target_share: float | None
    indicators: list[IndicatorOut]
    measures: list[MeasureOut]


@openapi.call("GET", "/fairs/{fair}/report", admit=guards.signed_in, query=AsOf, returns=ReportOut)
def report(caller: Caller, fair: str, query: AsOf) -> dict[str, Any]:
    """Return the funnel and the indicators, the same figures as the screen and the exports."""
    now = clock.now()
    found = organized(caller, fair, now)
    as_of = forms.check_as_of(query.as_of, now) or now
    with db.of().snapshot() as session:
        figures = queries.report(session, found.id, as_of)
    return ReportOut.model_validate({**_plain(figures), "fair": found.id}).model_dump(mode="json")


def _plain(figures: queries.Report) -> dict[str, Any]:
    plain: dict[str, Any] = {name: getattr(figures, name) for name in queries.Report.__slots__ if name != "fair_id"}
    for name in ("funnel", "indicators", "measures"):
        plain[name] = [{key: getattr(one, key) for key in type(one).__slots__} for one in plain[name]]
    return plain
