"""From the bytes of an uploaded file to rows of text: CSV, HTML tables, JSON; told apart by content, not by its name.

Workbooks are in workbooks.py.

Every failure is Unreadable with a sentence. The limits keep a hostile or mistaken file from taking the process with it.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from html.parser import HTMLParser
from itertools import islice
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp.errors import AppError

MOST_BYTES = 20 * 1024 * 1024
MOST_COLUMNS = 500
MOST_ROWS = 200_000
LONGEST_CELL = 131_072  # characters: the csv module's own limit; Excel ends at 32,767
DELIMITERS = ",;\t|"

Row = tuple[int, list[str]]  # the number that a spreadsheet shows, and the cells


class Unreadable(AppError):
    """A file that cannot be read as a table; the detail says why and what to do."""

    status = 422
    slug = "unreadable-file"
    title = _l("파일을 읽을 수 없어요")


@dataclass(slots=True)
class Sheet:
    """One sheet of a file: its rows, and the rows that could not be read, each with the reason."""

    rows: list[Row]
    broken: list[tuple[int, LazyString]] = field(default_factory=list)


def sheet_of(content: bytes, name: str) -> Sheet:
    """Return the table of a file of text. `name` only decides about JSON that is broken."""
    text = decode(content)
    start = text[:2000].lstrip().lower()
    if start.startswith(("<html", "<table", "<!doctype html", "<meta", "<style", "<head")):
        return _html(text)
    if start.startswith("<"):
        raise Unreadable(_l("표가 아니라 다른 문서예요. .xlsx나 CSV로 저장해 주세요"))
    if start.startswith(("[", "{")) or name.lower().endswith((".json", ".jsonl", ".ndjson")):
        try:
            return _json(text)
        except Unreadable:
            # A title in brackets may also begin a CSV: only a file that is called JSON must be it.
            if name.lower().endswith((".json", ".jsonl", ".ndjson")):
                raise
    return _separated(text)


def decode(content: bytes) -> str:
    """Return the text of a file in UTF-8 or UTF-16 (by its mark) or CP949, as Korean Excel saves it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Unreadable(_l("파일이 중간에 잘렸거나 깨졌어요. 다시 저장해서 올려 주세요")) from error
    if b"\x00" in content[:4096]:
        raise Unreadable(_l("표가 들어 있는 파일이 아니에요. CSV, XLSX, JSONL을 받을 수 있어요"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise Unreadable(_l("파일이 중간에 잘렸거나 깨졌어요. 다시 저장해서 올려 주세요")) from error
    try:
        return content.decode("cp949")
    except UnicodeDecodeError as error:
        raise Unreadable(_l("글자를 읽을 수 없어요. UTF-8이나 엑셀의 CSV로 다시 저장해 주세요")) from error


def _separated(text: str) -> Sheet:
    delimiter = _delimiter(text)
    return Sheet(kept_rows(_records(text, delimiter)))


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error as error:
        raise Unreadable(
            _l("%(line)d번째 줄의 칸 하나가 너무 길어요. 따옴표가 닫히지 않았을 수 있어요", line=reader.line_num)
        ) from error


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the first rows most evenly into most columns; a comma where none does."""
    sample = text[:100_000]

    def evenness(delimiter: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            widths = Counter(len(row) for row in islice(reader, 50) if len(row) > 1)
        except csv.Error:
            return (0, 0)
        return max(((rows, width) for width, rows in widths.items()), default=(0, 0))

    return max(DELIMITERS, key=evenness)


def kept_rows(records: Iterable[list[str]]) -> list[Row]:
    """Number the records and keep those that say something, within the limits."""
    kept: list[Row] = []
    for number, cells in enumerate(records, 1):
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        if len(cells) > MOST_COLUMNS:
            raise Unreadable(_l("열이 너무 많아요. %(most)d열까지 받을 수 있어요", most=MOST_COLUMNS))
        if len(kept) >= MOST_ROWS:
            raise Unreadable(_l("줄이 너무 많아요. 나누어 올려 주세요"))
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise Unreadable(_l("%(row)d행의 칸 하나가 너무 길어요", row=number))
        kept.append((number, cells))
    return kept


def as_text(value: Any) -> str:
    """Return a cell's value as people write it: days as 2026-03-02, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time.min else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, list):
        return ", ".join(as_text(part) for part in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return re.sub(r"_x000D_\n?", "\n", str(value))


class _Tables(HTMLParser):
    """Gathers the rows of every table in the order they come."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a row or a cell; a cell over several columns is followed by empty ones."""
        if tag == "tr":
            self._close()
            self.rows.append([])
        elif tag in {"td", "th"}:
            self._close()
            if not self.rows:
                self.rows.append([])
            span = dict(attrs).get("colspan") or "1"
            self._cell, self._span = [], min(int(span), MOST_COLUMNS) if span.isascii() and span.isdigit() else 1
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Close the cell with its row."""
        if tag in {"td", "th", "tr", "table"}:
            self._close()

    def handle_data(self, data: str) -> None:
        """Take the text of the open cell."""
        if self._cell is not None:
            self._cell.append(data)

    def _close(self) -> None:
        if self._cell is not None:
            self.rows[-1] += ["".join(self._cell).strip(), *[""] * (self._span - 1)]
            self._cell = None


def _html(text: str) -> Sheet:
    parser = _Tables()
    parser.feed(text)
    parser.close()
    if not parser.rows:
        raise Unreadable(_l("표가 들어 있는 파일이 아니에요. CSV, XLSX, JSONL을 받을 수 있어요"))
    return Sheet(kept_rows(parser.rows))


def _json(text: str) -> Sheet:
    """Read an array of objects, or one object a line; the first row holds the names. A line that is no object is broken."""
    broken: list[tuple[int, LazyString]] = []
    objects: list[tuple[int, dict[str, Any]]] = []
    for number, value in _values(text):
        if isinstance(value, dict):
            objects.append((number, value))
        else:
            broken.append((number, _l("이 줄은 JSON 객체가 아니에요")))
    if not objects:
        raise Unreadable(_l("JSON이 아니거나 객체의 목록이 아니에요. 파일이 중간에 잘렸을 수 있어요"))
    names = list(dict.fromkeys(name for _, value in objects for name in value))
    records = [names, *([as_text(value.get(name)) for name in names] for _, value in objects)]
    rows = kept_rows(list(record) for record in records)
    return Sheet([(0, names), *((objects[at - 2][0], cells) for at, cells in rows if at > 1)], broken)


def _values(text: str) -> list[tuple[int, Any]]:
    """Return each value with its number: its place in the array, or its line."""
    if text.lstrip().startswith("["):
        whole = _parsed(text)
        if isinstance(whole, list):
            return list(enumerate(whole, 1))
    return [(number, _parsed(line)) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
