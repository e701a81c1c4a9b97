"""Rows on their way in: what was added, changed or refused, with row, column and reason; in chunks, or all or none."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from fairapp.errors import AppError, FieldError
from fairapp.shapes import refuse_unstorable
from fairapp.tables import Table

T = TypeVar("T")
CHUNK = 100  # rows a transaction: whoever else writes waits no longer than that
NOTES = ("행", "열", "까닭")  # columns added to the refused rows; a table sent again may have them

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Note:
    """A row that was refused, or kept with a warning: its number, the column as the file calls it, why, and its cells."""

    row: int
    column: str
    reason: str | LazyString
    values: Cells


@dataclass(frozen=True, slots=True)
class Draft(Generic[T]):
    """A row that can be read, before it is written; `names` tells what the file calls our columns."""

    row: int
    fields: T
    values: Cells
    names: Mapping[str, str]
    warnings: Sequence[Note] = ()

    def refused(self, error: AppError) -> list[Note]:
        """Return why an action refused it, a note for each field."""
        return refusals(self.row, self.values, self.names, error)


@dataclass(slots=True)
class Report:
    """What became of the rows of a table. Each row is in exactly one of added, changed, unchanged, refused."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    rejected: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    none_kept: bool = False  # all or nothing, and it was nothing

    @property
    def rows(self) -> int:
        """How many rows the table had."""
        return self.added + self.changed + self.unchanged + self.refused

    def refuse(self, notes: Sequence[Note]) -> None:
        """Count one row as refused, for these reasons."""
        self.refused += 1
        self.rejected += notes

    def take(self, other: "Report") -> None:
        """Add what became of other rows."""
        self.added += other.added
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.refused += other.refused
        self.rejected += other.rejected
        self.warnings += other.warnings

    def rejected_csv(self) -> str:
        """Return the refused rows as a CSV that can be mended and sent again, the reasons in its last columns."""
        rows: dict[int, list[Note]] = {}
        for note in self.rejected:
            rows.setdefault(note.row, []).append(note)
        headings = list(dict.fromkeys(name for note in self.rejected for name in note.values if name not in NOTES))
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([harmless(name) for name in [*headings, *NOTES]])
        for row, notes in sorted(rows.items()):
            cells = [notes[0].values.get(name, "") for name in headings]
            columns = "; ".join(dict.fromkeys(note.column for note in notes))
            said = [str(row), columns, "; ".join(str(note.reason) for note in notes)]
            writer.writerow([harmless(cell) for cell in [*cells, *said]])
        return "\ufeff" + out.getvalue()


class NoneKept(AppError):
    """A row was refused where all or nothing was asked for: nothing was written."""

    slug = "none-kept"
    title = _l("거절된 줄이 있어서 하나도 넣지 않았어요")

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (OWASP, CSV injection); reading takes the quote off again."""
    return f"'{cell}" if re.match(r"[=+\-@\t\r\n＝＋－＠]", cell) else cell


def refusals(row: int, values: Cells, names: Mapping[str, str], error: AppError) -> list[Note]:
    """Return an error of an action as notes that speak of the file's own columns."""
    errors = error.errors or (FieldError("", error.detail),)
    return [Note(row, names.get(one.field, one.field), one.message, values) for one in errors]


def broken_rows(table: Table) -> Iterable[list[Note]]:
    """Give the rows that could not even be cut into cells."""
    for row, reason in table.broken:
        yield [Note(row, "", reason, {})]


def unstorable(row: int, values: Cells) -> list[Note]:
    """Return a note for every cell with signs that no database keeps: NUL, lone surrogates."""
    notes = []
    for name, value in values.items():
        try:
            refuse_unstorable(value)
        except AppError as error:
            notes.append(Note(row, name, error.detail, values))
    return notes


def bring_in(
    write: Callable[..., Report],
    rows: Iterable[Draft[T] | list[Note]],
    action: Callable[..., Report],
    *args: Any,
    all_or_nothing: bool = False,
) -> Report:
    """Have `action(session, drafts, *args)` write the drafts, a chunk a transaction, and return what became of every row.

    With all_or_nothing it is one transaction, undone as soon as one row is refused: none_kept is then set and nothing
    was written.
    """
    report = Report()
    drafts: list[Draft[T]] = []
    for one in rows:
        if isinstance(one, Draft):
            report.warnings += one.warnings
            drafts.append(one)
            if len(drafts) == CHUNK and not all_or_nothing:
                report.take(write(action, drafts, *args))
                drafts = []
        else:
            report.refuse(one)
    if all_or_nothing:
        return _whole(write, report, drafts, action, *args)
    if drafts:
        report.take(write(action, drafts, *args))
    return report


def _whole(
    write: Callable[..., Report], report: Report, drafts: list[Draft[T]], action: Callable[..., Report], *args: Any
) -> Report:
    def all_of_them(session: Session) -> Report:
        written = action(session, drafts, *args)
        if written.refused:
            raise NoneKept(written)
        return written

    if not report.refused:
        try:
            report.take(write(all_of_them))
            return report
        except NoneKept as none:
            report = Report(refused=none.report.refused, rejected=none.report.rejected)
    return Report(refused=report.refused, rejected=report.rejected, none_kept=True)


def summary(report: Report) -> str:
    """Return the counts as a sentence."""
    if report.none_kept:
        return gettext("거절된 줄이 %(refused)s개 있어서 하나도 넣지 않았어요", refused=report.refused)
    if not report.rows:
        return gettext("제목 줄만 있고 내용이 없어요")
    return gettext(
        "새로 %(added)s개, 바뀜 %(changed)s개, 그대로 %(unchanged)s개, 거절 %(refused)s개",
        added=report.added,
        changed=report.changed,
        unchanged=report.unchanged,
        refused=report.refused,
    )
