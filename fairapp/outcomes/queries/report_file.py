"""The report as a file of plain rows: the same figures as the page, under names that do not depend on the language."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from fairapp.outcomes import rules
from fairapp.outcomes.queries.files import BOM
from fairapp.outcomes.queries.report import Report


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `value` in `unit`; `rate` is per cent of the stage before, of the target, or of those known.

    `before` is that of the report compared with, of the rate where there is one in percentage points of difference.
    """

    section: str  # funnel, hires, shares, measures
    name: str
    value: float | None
    unit: str
    rate: float | None = None
    known: int | None = None
    unknown: int | None = None
    before: float | None = None
    difference: float | None = None


HEADINGS = ("section", "name", "value", "unit", "rate", "known", "unknown", "before", "difference")


def figures(report: Report, before: Report | None = None) -> Iterator[Figure]:
    """Give every figure of a report in the order of the page, beside those of another report."""
    earlier = {} if before is None else {stage.stage: stage.people for stage in before.funnel}
    for stage in report.funnel:
        was = earlier.get(stage.stage)
        change = None if was is None else stage.people - was
        yield Figure("funnel", stage.stage, stage.people, "people", stage.rate, before=was, difference=change)
    was = None if before is None else before.hires
    change = None if was is None else report.hires - was
    yield Figure(
        "hires", "hires", report.hires, "hires", report.target_share, report.hire_target, before=was, difference=change
    )
    shares = {} if before is None else {one.name: one.share for one in before.indicators}
    for one in report.indicators:
        old = shares.get(one.name)
        points = rules.points(one.share, old)
        yield Figure("shares", one.name, one.hires, "hires", one.share, one.known, one.unknown, old, points)
    measures = {} if before is None else {one.name: one.value for one in before.measures}
    for measure in report.measures:
        old = measures.get(measure.name)
        points = rules.points(measure.value, old)
        yield Figure("measures", measure.name, measure.value, measure.unit, before=old, difference=points)


def report_csv(report: Report, before: Report | None = None) -> bytes:
    """Return the report as CSV: UTF-8 with BOM, CRLF."""
    text = io.StringIO(newline="")
    text.write(BOM)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for figure in figures(report, before):
        writer.writerow([getattr(figure, name) for name in HEADINGS])
    return text.getvalue().encode()
