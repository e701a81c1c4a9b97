"""docs/exports.md names every column of the exports, with its kind, in order, and every indicator of the report."""

import re

from fairapp.config import ROOT
from fairapp.outcomes import queries
from fairapp.outcomes.models import STAGES

TEXT = (ROOT / "docs" / "exports.md").read_text("utf-8")


def test_the_columns_are_documented():
    sections = re.split(r"^### (\w+)$", TEXT, flags=re.MULTILINE)[1:]
    told = {
        name: re.findall(r"^\| (\w+) \| (\w+) \| .+ \|$", text, re.MULTILINE)
        for name, text in zip(*[iter(sections)] * 2, strict=True)
    }
    told = {name: [row for row in rows if row[0] != "column"] for name, rows in told.items()}
    assert told == {
        kind: [(column.name, column.kind) for column in columns] for kind, columns in queries.COLUMNS.items()
    }


def test_every_stage_and_figure_is_documented():
    assert all(f"`{stage}`" in TEXT for stage in STAGES)
    figures = {"came", "booked", "interviewed", "passed", "hired", "hires", "youth", "regular", "professional"}
    assert all(re.search(rf"^\| {name} \|", TEXT, re.MULTILINE) for name in figures)


def test_every_column_says_what_it_means():
    assert all(str(column.meaning) for columns in queries.COLUMNS.values() for column in columns)
