"""Figures of a fair's visiting centres: how the network grew, each site and month, and the same as CSV and XLSX."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from flask import Response, render_template, request
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import NotFound
from fairapp.fairs.models import Fair
from fairapp.outcomes import actions as exports
from fairapp.outcomes.queries import file_name
from fairapp.outcomes.rules.cells import harmless
from fairapp.visits import queries
from fairapp.visits.pages.base import blueprint, organized
from fairapp.visits.queries import MonthOfSite

BOM = "\ufeff"  # so that spreadsheets read the Korean as UTF-8
TEXTS = ("month", "site", "name", "kind", "region")
NUMBERS = ("visits", "bookings", "seen", "absent", "interviewed", "hired")
TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def _read(session: Session, caller: Caller, slug: str, now: datetime) -> tuple[Fair, list[MonthOfSite]]:
    fair = organized(session, caller, slug, now)
    return fair, queries.months_of_fair(session, fair, now)


@blueprint.get("/organize/<slug>/visit-figures")
@guards.page(guards.organizer)
def figures(caller: Caller, slug: str) -> Any:
    """Show the growth of the network, and what happened at each site in a month."""
    now = clock.now()
    with db.read() as session:
        fair, rows = _read(session, caller, slug, now)
        network = queries.network(session, fair)
    kinds = sorted({kind for month in network for kind in month.kinds})
    months = sorted({row.month for row in rows}, reverse=True)
    asked = request.args.get("month", "")
    month = asked if asked in months else next(iter(months), "")
    shown = [row for row in rows if row.month == month]
    totals = {name: sum(getattr(row, name) for row in shown) for name in NUMBERS if name != "seen"}
    return render_template(
        "visits/figures.html",
        fair=fair,
        rows=shown,
        months=months,
        month=month,
        network=network,
        kinds=kinds,
        totals=totals,
        most=max((month.sites for month in network), default=0),
        numbers=NUMBERS,
        place="figures",
    )


@blueprint.get("/organize/<slug>/visit-figures.<form>")
@guards.page(guards.organizer)
def figures_file(caller: Caller, slug: str, form: str) -> Response:
    """Give the rows as a file; who takes it is written down before its first byte."""
    now = clock.now()
    if form not in TYPES:
        raise NotFound
    with db.read() as session:
        fair, rows = _read(session, caller, slug, now)
    log_id = db.write(exports.log_export, fair.id, "sites", form, now, caller.id, now)
    content = _csv(rows) if form == "csv" else _workbook(rows, now)
    db.write(exports.log_rows, log_id, len(rows))
    name = file_name(fair.slug, "sites", form, now.replace(microsecond=0))
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, mimetype=TYPES[form], headers=headers)


def _cells(row: MonthOfSite) -> tuple[list[str], list[int]]:
    texts = [row.month, str(row.site_id), row.name, row.kind, row.region or ""]
    return texts, [getattr(row, name) for name in NUMBERS]


def _csv(rows: Sequence[MonthOfSite]) -> bytes:
    file = io.StringIO(newline="")
    file.write(BOM)
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([*TEXTS, *NUMBERS])
    for row in rows:
        texts, numbers = _cells(row)
        writer.writerow([*map(harmless, texts), *numbers])
    return file.getvalue().encode("utf-8", "replace")


def _workbook(rows: Sequence[MonthOfSite], now: datetime) -> bytes:
    """Return a workbook in which text is text, whatever it begins with."""
    file = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, settings) as book:
        book.set_properties({"created": now})
        sheet = book.add_worksheet("sites")
        sheet.freeze_panes(1, 0)
        for column, name in enumerate((*TEXTS, *NUMBERS)):
            sheet.write_string(0, column, name, book.add_format({"bold": True}))
        for at, row in enumerate(rows, 1):
            texts, numbers = _cells(row)
            for column, text in enumerate(texts):
                sheet.write_string(at, column, text)
            for column, count in enumerate(numbers, len(texts)):
                sheet.write_number(at, column, count)
    return file.getvalue()
