"""Tables that people send: finds the sheet and its headings, skips titles and totals, and gives numbered rows by heading.

How files become rows is in sheets.py and workbooks.py. A column is known by many names; `Columns` says which of ours each
name means.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp.sheets import MOST_BYTES, Row, Sheet, Unreadable, sheet_of
from fairapp.workbooks import workbook_sheets

__all__ = ["Columns", "Table", "Unreadable", "heading_key", "read_table"]

HEADINGS_WITHIN = 30  # rows: titles and groups stand above the headings
GROUPS_ABOVE = 2  # rows of group headings whose cells may be merged down to the heading row

Columns = Mapping[str, Sequence[str]]  # our name of a column: the headings under which others send it, best first

TOTALS = {"소계", "합계", "총계", "누계", "총합계", "계", "끝", "이하여백", "total", "subtotal", "grandtotal", "sum"}
TELEPHONES = ("연락처", "전화", "휴대폰", "핸드폰", "휴대전화", "phone", "mobile", "hp", "tel", "cell")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: headings, numbered rows by heading, and the rows that could not be read, each with the reason."""

    headings: list[str]
    records: list[Row]
    broken: list[tuple[int, LazyString]]

    @property
    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Give each row as (number in the file, heading → text); cells are as they stand there."""
        telephones = [at for at, heading in enumerate(self.headings) if is_telephone(heading)]
        for number, cells in self.records:
            padded = [unquoted(cell) for cell in cells] + [""] * (len(self.headings) - len(cells))
            for at in telephones:
                padded[at] = with_leading_zero(padded[at])
            yield number, {name: cell for name, cell in zip(self.headings, padded, strict=True) if name}

    def __len__(self) -> int:
        return len(self.records)

    def named(self, columns: Columns, required: Sequence[str] = ()) -> dict[str, str]:
        """Return our names → this table's headings; Unreadable names the required columns that are missing."""
        by_key: dict[str, str] = {}
        for heading in self.headings:
            by_key.setdefault(heading_key(heading), heading)
        found = {}
        for name, synonyms in columns.items():
            keys = [key for key in map(heading_key, synonyms) if key in by_key]
            if keys:
                found[name] = by_key[keys[0]]
        missing = [" / ".join(columns[name][:2]) for name in required if name not in found]
        if missing:
            raise Unreadable(_l("필요한 열이 없어요: %(columns)s", columns=", ".join(missing)))
        return found


def read_table(source: Path | str | bytes, name: str = "", columns: Columns | None = None) -> Table:
    """Return the table in a file (a path, or its bytes with a name); Unreadable says why it cannot be read.

    Of several visible sheets and of the first rows those are taken whose headings `columns` knows best; without it the
    sheet with most rows and the first row that is nearly as full as the fullest.
    """
    if not isinstance(source, bytes):
        path = Path(source)
        try:
            if path.stat().st_size > MOST_BYTES:
                raise Unreadable(_l("파일이 너무 커요. 20 MB까지 받을 수 있어요"))
            source, name = path.read_bytes(), name or path.name
        except OSError as error:
            raise Unreadable(_l("파일을 열 수 없어요")) from error
    known = {heading_key(heading) for synonyms in (columns or {}).values() for heading in synonyms}
    found = _sheets(source, name)
    candidates = [(sheet, *_heading_row(sheet.rows, known)) for sheet in found if sheet.rows]
    if not candidates:
        raise Unreadable(_l("빈 파일이에요"))
    sheet, at, _ = max(candidates, key=lambda candidate: (candidate[2], len(candidate[0].rows)))
    return _table(sheet, at)


def _sheets(content: bytes, name: str) -> list[Sheet]:
    """Return the visible sheets of a file; all but workbooks have one."""
    if len(content) > MOST_BYTES:
        raise Unreadable(_l("파일이 너무 커요. 20 MB까지 받을 수 있어요"))
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise Unreadable(_l("빈 파일이에요"))
    book = workbook_sheets(content)
    return [sheet_of(content, name)] if book is None else book


def heading_key(heading: str) -> str:
    """Return what headings are compared by: width, case, spaces, signs and what stands in brackets do not count."""
    folded = unicodedata.normalize("NFKC", heading).casefold()
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]", "", folded)
    return re.sub(r"[\W_]+", "", bare) or re.sub(r"[\W_]+", "", folded)


def is_telephone(heading: str) -> bool:
    """Whether a column of that heading holds telephone numbers."""
    return heading_key(heading).startswith(TELEPHONES)


def unquoted(cell: str) -> str:
    """Return a cell without the quote that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if re.match(r"'[=+\-@\t\r\n＝＋－＠]", cell) else cell


def with_leading_zero(text: str) -> str:
    """Return a Korean telephone number with the zero that a spreadsheet took; other text as it is."""
    digits = text.strip().removesuffix(".0")
    if re.fullmatch(r"1[016789]\d{7,8}|2\d{7,8}|[3-6]\d{8,9}|70\d{8}", digits):
        return "0" + digits
    return text


def _above(rows: Sequence[Row], at: int, column: int) -> str:
    """Return the heading of a cell, or of the merged cell that reaches down to it."""
    for number in range(at, max(at - GROUPS_ABOVE, 0) - 1, -1):
        cells = rows[number][1]
        if column < len(cells) and cells[column].strip():
            return " ".join(cells[column].split())
    return ""


def _headings(rows: Sequence[Row], at: int) -> list[str]:
    """Return the headings of row `at`; two of the same name are told apart by a number."""
    width = max(len(cells) for _, cells in rows[max(at - GROUPS_ABOVE, 0) : at + 1])
    names: list[str] = []
    for column in range(width):
        name = _above(rows, at, column)
        same = sum(other == name or other.startswith(f"{name} #") for other in names)
        names.append(f"{name} #{same + 1}" if name and same else name)
    return names


def _heading_row(rows: Sequence[Row], known: set[str]) -> tuple[int, int]:
    """Return which row holds the headings, and how many of them are known."""
    first = rows[:HEADINGS_WITHIN]

    def hits(at: int) -> int:
        if not any(heading_key(cell) in known for cell in first[at][1]):
            return 0
        return len({heading_key(name) for name in _headings(first, at)} & known)

    if known:
        best = max(range(len(first)), key=hits)
        if hits(best):
            return best, hits(best)
    filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in first]
    return next(at for at, count in enumerate(filled) if count >= 0.6 * max(filled)), 0


def _table(sheet: Sheet, at: int) -> Table:
    own = [cell.strip() for cell in sheet.rows[at][1]]
    headings = _headings(sheet.rows, at)
    records: list[Row] = []
    broken = list(sheet.broken)
    for number, cells in sheet.rows[at + 1 :]:
        if _is_total(cells) or [cell.strip() for cell in cells] == own:
            continue
        if len(cells) > len(headings):
            broken.append((number, _l("제목 줄보다 칸이 많아요. 따옴표나 구분 기호를 확인해 주세요")))
        else:
            records.append((number, cells))
    return Table(headings, records, broken)


def _is_total(cells: Sequence[str]) -> bool:
    """Whether this is a sub-total, a total or the closing word, not a person who happens to be called so."""
    said = [cell for cell in cells if cell.strip()]
    return re.sub(r"[\W_]+", "", said[0].casefold()) in TOTALS and len(said) <= max(2, len(cells) // 2)
