"""Exports as files: CSV and JSON in parts, workbooks on disk. The page, the API and the command give the same bytes."""

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from flask import current_app

from fairapp import config
from fairapp.db import Database
from fairapp.outcomes import rules
from fairapp.outcomes.queries.columns import COLUMNS, Cell
from fairapp.outcomes.queries.exporting import export_rows

PART = 64 * 1024  # signs gathered before a part is sent
MOST_ROWS = 1_048_576  # of one sheet of a workbook, the heading among them
TOLD_EVERY = 20_000  # rows of a workbook between two words of how far it is
BOM = "\ufeff"  # so that spreadsheets read the Korean as UTF-8


def exports_folder() -> Path:
    """Return the folder of finished files, made if it is not there; by default in instance/."""
    folder = Path(current_app.config.get("EXPORTS") or config.INSTANCE / "exports")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Counted:
    """Rows that passed through, counted; `told` hears of every TOLD_EVERY of them."""

    def __init__(self, rows: Iterator[list[Cell]], told: Callable[[int], None] | None = None) -> None:
        self.rows, self.count, self.told = rows, 0, told

    def __iter__(self) -> Iterator[list[Cell]]:
        for row in self.rows:
            self.count += 1
            if self.told and self.count % TOLD_EVERY == 0:
                self.told(self.count)
            yield row


def file_name(slug: str, kind: str, form: str, as_of: datetime) -> str:
    """Return the name of a file; the moment in it is exact and makes the same file again."""
    moment = as_of.strftime("%Y%m%dT%H%M%S") + (f".{as_of.microsecond:06d}" if as_of.microsecond else "")
    return f"{slug}-{kind}-{moment}Z.{form}"


def csv_parts(rows: Iterator[list[Cell]] | Counted, kind: str) -> Iterator[bytes]:
    """Give the file of RFC 4180 in parts: UTF-8 with BOM, CRLF; the rows come guarded, see cell_makers."""
    gathered = io.StringIO(newline="")
    gathered.write(BOM)
    writer = csv.writer(gathered, lineterminator="\r\n")
    writer.writerow([column.name for column in COLUMNS[kind]])
    for row in rows:
        writer.writerow(row)
        if gathered.tell() >= PART:
            yield gathered.getvalue().encode("utf-8", "replace")
            gathered.seek(0)
            gathered.truncate()
    yield gathered.getvalue().encode("utf-8", "replace")


def json_parts(rows: Iterator[list[Cell]] | Counted, kind: str) -> Iterator[bytes]:
    """Give an array of objects in parts, one row a line: UTF-8 (RFC 8259); flags are true and false, what is empty is null."""
    names = [column.name for column in COLUMNS[kind]]
    flags = [column.name for column in COLUMNS[kind] if column.kind == "flag"]
    gathered, size, between = ["["], 0, "\n"
    for row in rows:
        one: dict[str, Any] = dict(zip(names, row, strict=True))
        for name in flags:
            one[name] = one[name] == "yes"
        gathered.append(between + json.dumps(one, ensure_ascii=False))
        between, size = ",\n", size + len(gathered[-1])
        if size >= PART:
            yield "".join(gathered).encode("utf-8", "replace")
            gathered, size = [], 0
    gathered.append("\n]\n")
    yield "".join(gathered).encode("utf-8", "replace")


def write_workbook(path: Path, rows: Iterator[list[Cell]] | Counted, kind: str, as_of: datetime) -> None:
    """Write the workbook to the path; what lies there is complete once this returns.

    Text is written as text, whatever it begins with: no formula, no link, no number made of it.
    """
    settings = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": str(path.parent),
    }
    with xlsxwriter.Workbook(str(path), settings) as book:
        book.set_properties({"created": as_of})  # not the time of making: the same question gives the same bytes
        bold = book.add_format({"bold": True})
        sheet: Any = None
        at = MOST_ROWS
        for row in rows:
            if at == MOST_ROWS:
                sheet, at = _sheet(book, kind, bold), 1
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(at, column, cell)
                elif cell:
                    sheet.write_string(at, column, cell[: rules.MOST_CELL])
            at += 1
        if sheet is None:
            _sheet(book, kind, bold)


def _sheet(book: Any, kind: str, bold: Any) -> Any:
    """Return a new sheet with the heading; a workbook has as many as its rows need."""
    number = len(book.worksheets()) + 1
    sheet = book.add_worksheet(kind if number == 1 else f"{kind} {number}")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(COLUMNS[kind]) - 1, 18)
    for column, one in enumerate(COLUMNS[kind]):
        sheet.write_string(0, column, one.name, bold)
    return sheet


def stream(
    database: Database, kind: str, form: str, fair_id: int, zone: str, as_of: datetime
) -> Iterator[tuple[bytes, int]]:
    """Give the parts of a CSV or JSON file, each with the number of rows so far, from one snapshot of the database."""
    parts = csv_parts if form == "csv" else json_parts
    with database.snapshot() as session:
        rows = Counted(export_rows(session, kind, fair_id, zone, as_of, guard=form == "csv"))
        for part in parts(rows, kind):
            yield part, rows.count


def save_workbook(
    database: Database,
    path: Path,
    kind: str,
    fair_id: int,
    zone: str,
    as_of: datetime,
    told: Callable[[int], None] | None = None,
) -> int:
    """Write the workbook of an export to the path, from one snapshot; return its rows. `told` hears how far it is."""
    with database.snapshot() as session:
        rows = Counted(export_rows(session, kind, fair_id, zone, as_of, guard=False), told)
        write_workbook(path, rows, kind, as_of)
    return rows.count


def write_file(
    database: Database, file: IO[bytes], kind: str, form: str, fair_id: int, zone: str, as_of: datetime
) -> int:
    """Write an export to an open file, such as standard output; return its rows."""
    if form == "xlsx":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{kind}.xlsx"
            rows = save_workbook(database, path, kind, fair_id, zone, as_of)
            with path.open("rb") as made:
                shutil.copyfileobj(made, file)
        return rows
    rows = 0
    for part, rows in stream(database, kind, form, fair_id, zone, as_of):  # noqa: B007 - the last counts
        file.write(part)
    return rows
