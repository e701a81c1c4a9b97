"""The report as a file of plain rows: the same figures as the page, under names that do not depend on the language."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from fairapp.outcomes import rules
from fairapp.outcomes.queries.files import BOM
from fairapp.outcomes.queries.report import Report


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `value` in `unit`; `rate` is per cent of the stage before, of the target, or of those known.

    `before` is that of the report compared with, of the rate where there is one in percentage points of difference.
    A `small` one stands for 1 to 4 people or hires whose number the reader may not know.
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
    small: bool = False


HEADINGS = ("section", "name", "value", "unit", "rate", "known", "unknown", "before", "difference")


# Measures that with other figures would tell the number of people of a stage, or of hires.
TOLD_BY = {
    "placement": "hired",
    "success": "passed",
    "cost_per_hire": "hires",
    **dict.fromkeys(("interviews_per_seeker", "interviews_per_booth", "seeker_absence", "host_absence"), "interviewed"),
}


def figures(report: Report, before: Report | None = None, veil: bool = False) -> Iterator[Figure]:
    """Give every figure of a report in the order of the page, beside those of another report.

    With `veil` numbers of 1 to 4 people or hires are left out, and the rates, shares and differences that would tell them.
    """
    found = _figures(report, before)
    return _veiled(found, before) if veil else found


def _veiled(found: Iterator[Figure], before: Report | None) -> Iterator[Figure]:
    was = {one.stage: one.people for one in before.funnel} if before else {}
    was |= {one.name: one.hires for one in before.indicators} | {"hires": before.hires} if before else {}
    small: set[str] = set()
    last = False  # whether the stage before is small: the rate of this one would tell it
    for one in found:
        name = TOLD_BY.get(one.name, "") if one.section == "measures" else one.name
        if rules.is_small(one.value) and one.section != "measures":
            small.add(name)
        hide, hide_before = name in small, rules.is_small(was.get(name))
        yield replace(
            one,
            value=None if hide else one.value,
            rate=None if hide or last else one.rate,
            known=None if one.section == "shares" and "hires" in small else one.known,
            unknown=None if one.section == "shares" and "hires" in small else one.unknown,
            before=None if hide_before else one.before,
            difference=None if hide or hide_before else one.difference,
            small=hide,
        )
        last = hide and one.section == "funnel"


def _figures(report: Report, before: Report | None) -> Iterator[Figure]:
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


def report_csv(found: Iterable[Figure]) -> bytes:
    """Return the figures as CSV: UTF-8 with BOM, CRLF; one that is too small to be told is an empty cell."""
    text = io.StringIO(newline="")
    text.write(BOM)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for figure in found:
        writer.writerow([getattr(figure, name) for name in HEADINGS])
    return text.getvalue().encode()
