"""Decisions on cells of exported files: what a spreadsheet must not take for a formula, and how times are written."""

from datetime import UTC, datetime

MOST_CELL = 32_767  # signs a cell of a workbook holds
# What makes a spreadsheet calculate (OWASP, CSV injection), with the wide forms that some programs fold.
BEGINS_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
BEGINS_CELL = ("\t", "\r", "\n")


def harmless(text: str) -> str:
    """Return text for a cell of a CSV file: an apostrophe before whatever a spreadsheet could take for a formula.

    Only text comes here, never a number, so -5 stays a number and the telephone +82… stays text.
    """
    if text[:1].isalnum():  # nearly all: a file has millions of cells
        return text
    if text.startswith(BEGINS_CELL) or text.lstrip().startswith(BEGINS_FORMULA):
        return f"'{text}"
    return text


def moment_text(moment: datetime) -> str:
    """Return a moment as RFC 3339 in UTC, to the second: 2026-11-22T01:30:00Z."""
    return f"{moment.astimezone(UTC).isoformat(timespec='seconds')[:19]}Z"
