"""From the bytes of a workbook to rows of text: .xlsx as Excel has saved it since 2007, and .xls as it did before.

Every failure is Unreadable with a sentence; hidden sheets are left out.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
import xlrd
from flask_babel import lazy_gettext as _l

from fairapp.sheets import MOST_COLUMNS, Sheet, Unreadable, as_text, kept_rows

MOST_UNPACKED = 300 * 1024 * 1024  # bytes: a workbook is a zip file, and a small one can unpack to terabytes
LAST_ROW = 1_048_576  # of a sheet, as Excel has it
MOST_CELLS = 20_000_000
ZIPPED, OLD = b"PK", b"\xd0\xcf\x11\xe0"  # how the two begin


def workbook_sheets(content: bytes) -> list[Sheet] | None:
    """Return the visible sheets of a workbook; None for what is none."""
    if content.startswith(ZIPPED):
        return _workbook(content)
    return _old_workbook(content) if content.startswith(OLD) else None


def _workbook(content: bytes) -> list[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = {part.filename: part.file_size for part in packed.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable(_l("파일이 중간에 잘렸거나 깨졌어요. 다시 저장해서 올려 주세요")) from error
    if "xl/workbook.xml" not in names:
        raise Unreadable(_l("엑셀 통합 문서(.xlsx)가 아니에요. .xlsx나 CSV로 다시 저장해 주세요"))
    if sum(names.values()) > MOST_UNPACKED:
        raise Unreadable(_l("파일이 너무 커요. 20 MB까지 받을 수 있어요"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            found = [Sheet(kept_rows(_cells(sheet))) for sheet in visible]
            book.close()
    except Unreadable:
        raise
    except Exception as error:  # openpyxl lets every error of a broken file through as it is
        raise Unreadable(_l("파일이 중간에 잘렸거나 깨졌어요. 다시 저장해서 올려 주세요")) from error
    return found or [Sheet([])]


def _cells(sheet: Any) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # what a program wrote there is often wrong
    looked_at = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        # A single cell at the far end makes every row, or all the rows before it, this long.
        looked_at += len(row)
        if number > LAST_ROW or looked_at > MOST_CELLS:
            raise Unreadable(_l("줄이 너무 많아요. 나누어 올려 주세요"))
        if len(row) > MOST_COLUMNS and any(row[MOST_COLUMNS:]):
            raise Unreadable(_l("열이 너무 많아요. %(most)d열까지 받을 수 있어요", most=MOST_COLUMNS))
        yield [as_text(value) for value in row[:MOST_COLUMNS]]


def _old_workbook(content: bytes) -> list[Sheet]:
    try:
        # Rows as long as they are: a single cell at the far end must not make every row long.
        with xlrd.open_workbook(file_contents=content, logfile=io.StringIO(), ragged_rows=True, on_demand=True) as book:
            visible = [book.sheet_by_index(at) for at in range(book.nsheets)]
            return [Sheet(kept_rows(_old_cells(sheet, book.datemode))) for sheet in visible if sheet.visibility == 0]
    except Unreadable:
        raise
    except Exception as error:  # xlrd lets every error of a broken or locked file through as it is
        raise Unreadable(
            _l("암호가 걸렸거나 깨진 엑셀 파일이에요. 암호 없이 .xlsx나 CSV로 다시 저장해 주세요")
        ) from error


def _old_cells(sheet: Any, datemode: int) -> Iterator[list[str]]:
    for at in range(sheet.nrows):
        yield [as_text(_old_value(cell, datemode)) for cell in sheet.row(at)]


def _old_value(cell: Any, datemode: int) -> Any:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate.xldate_as_datetime(cell.value, datemode)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return None if cell.ctype == xlrd.XL_CELL_ERROR else cell.value
