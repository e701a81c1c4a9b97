"""The report on paper: the data of the sheet in the reader's language, from the figures that the page shows."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask_babel import force_locale, gettext

from fairapp import language, printing
from fairapp.fairs.models import Fair
from fairapp.language import label, say_figure, say_full, say_span
from fairapp.outcomes.queries.breakdown import Row, hidden_rows, without_small_shares
from fairapp.outcomes.queries.report import Report
from fairapp.outcomes.queries.report_file import Figure, figures, report_csv


@dataclass(frozen=True, slots=True)
class Shown:
    """The figures as a page or a sheet shows them; veiled for who may not see the people behind the numbers."""

    report: Report
    before: Report | None = None
    rows: list[Row] = field(default_factory=list)
    veiled: bool = False

    @property
    def figures(self) -> list[Figure]:
        """Every figure, without small ones where they are veiled."""
        return list(figures(self.report, self.before, self.veiled))

    @property
    def hidden(self) -> set[str]:
        """The keys of the rows that are not shown."""
        return hidden_rows(self.rows) if self.veiled else set()

    @property
    def csv(self) -> bytes:
        """The figures as a CSV file."""
        return report_csv(self.figures)


def fair_pdf(fair: Fair, as_of: datetime, shown: Shown, reader: str, seal: str, now: datetime) -> bytes:
    """Return the printed report of a fair in `ko` or `en`."""
    with force_locale(reader):
        title = gettext("%(fair)s 결과 보고서", fair=language.in_language(fair.name, fair.name_en))
        about = [
            say_span(fair.starts_at, fair.ends_at, fair.zone, with_year=True),
            gettext("%(when)s의 상태", when=say_full(as_of, fair.zone)),
        ]
    return report_pdf(title, about, fair.zone, shown, reader, seal, now)


def report_pdf(title: str, about: list[str], zone: str, shown: Shown, reader: str, seal: str, now: datetime) -> bytes:
    """Return the report as PDF in `ko` or `en`; `about` stands below the title, `seal` is the last hash of the trace."""
    with force_locale(reader):
        found = shown.figures
        data = {
            "language": reader,
            "title": title,
            "about": about,
            "footer": gettext("%(when)s에 만듦", when=say_full(now, zone)),
            "funnel": _funnel(found, shown.before is not None),
            "shares": _shares(found, shown.before is not None),
            "measures": _measures(found, shown.before is not None),
            "parts": [_part(replace(shown, veiled=True))] if shown.rows else [],
            "seal": gettext("기록 사슬의 마지막 값: %(seal)s", seal=seal) if seal else "",
        }
    return printing.pdf("report", data)


def _compared(head: list[str], compared: bool) -> list[str]:
    return [*head, *([gettext("견준 값"), gettext("차이")] if compared else [])]


def _count(figure: Figure, unit: str) -> str:
    return gettext("5 미만") if figure.small else say_figure(figure.value, unit)


def _change(figure: Figure, unit: str, difference: str) -> list[str]:
    return [say_figure(figure.before, unit), say_figure(figure.difference, difference)]


def _funnel(found: list[Figure], compared: bool) -> dict[str, Any]:
    rows = []
    for one in found:
        if one.section == "funnel":
            cells = [label("figure", one.name), _count(one, "people"), say_figure(one.rate, "percent")]
            rows.append(
                {"value": one.value or 0, "cells": cells + (_change(one, "people", "people") if compared else [])}
            )
    head = _compared([gettext("단계"), gettext("사람"), gettext("앞 단계에서")], compared)
    return {"title": gettext("등록에서 근속까지"), "head": head, "rows": rows}


def _shares(found: list[Figure], compared: bool) -> dict[str, Any]:
    rows = []
    for one in found:
        if one.section in ("hires", "shares"):
            known = "–" if one.known is None else say_figure(one.known, "hires")
            cells = [label("figure", one.name), _count(one, "hires"), known, say_figure(one.rate, "percent")]
            if compared:
                cells += _change(one, "hires", "hires") if one.section == "hires" else _change(one, "percent", "points")
            rows.append({"value": one.rate or 0, "cells": cells})
    head = [gettext("지표"), gettext("채용"), gettext("목표·알려진 채용"), gettext("비율")]
    note = gettext("비율은 알려진 채용 가운데서 구해요. 나이는 채용된 날을 기준으로 해요.")
    return {"title": gettext("채용의 내용"), "head": _compared(head, compared), "rows": rows, "note": note}


def _measures(found: list[Figure], compared: bool) -> dict[str, Any]:
    rows = []
    for one in found:
        if one.section == "measures":
            cells = [label("figure", one.name), say_figure(one.value, one.unit)]
            unit = "points" if one.unit == "percent" else one.unit
            rows.append({"cells": cells + (_change(one, one.unit, unit) if compared else [])})
    return {
        "title": gettext("그 밖의 지표"),
        "head": _compared([gettext("지표"), gettext("값")], compared),
        "rows": rows,
    }


def _part(shown: Shown) -> dict[str, Any]:
    """Return the rows of a dimension; a sheet of paper goes from hand to hand, so small ones are never on it."""
    head = [
        gettext("나눔"),
        gettext("면접"),
        gettext("합격·최종 면접"),
        gettext("채용"),
        gettext("청년"),
        gettext("정규직"),
    ]
    cells, hidden = [], shown.hidden
    for row in without_small_shares(shown.rows):
        shares = {one.name: one.share for one in row.indicators}
        numbers = [say_figure(one, "people") for one in (row.interviewed, row.passed, row.hires)]
        numbers += [say_figure(shares["youth"], "percent"), say_figure(shares["regular"], "percent")]
        name = language.in_language(row.name, row.name_en)
        cells.append({"cells": [name, *(numbers if row.key not in hidden else [gettext("5 미만")] * 5)]})
    return {"title": gettext("나누어 보기"), "head": head, "rows": cells}
