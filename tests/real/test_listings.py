"""Real listings, in the months they were written: counts add up, reasons are right, a second time changes nothing."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from fairapp import db, intake
from fairapp.booths import actions, rules
from fairapp.tables import Unreadable, read_table
from tests.factories import NOW, make_fair

pytestmark = pytest.mark.real

# file, the day it is at the fair, rows, and how many are refused in which of our columns
FILES = [
    ("listings/ko_work24_2026.csv", "2026-08-10", 257, {"closes_on": 3}),
    ("listings/ko_wanted_2023.csv", "2023-06-01", 2946, {}),
    ("listings/ko_saramin_2024a.csv", "2024-12-01", 1000, {"closes_on": 19}),
    ("listings/en_nyc_city_jobs.csv", "2019-01-01", 2914, {"salary": 2914, "closes_on": 57}),
    ("listings/en_usajobs_2024_2025.csv", "2024-06-01", 3000, {"closes_on": 914}),
    ("raw/work24_2026_08.csv", "2026-08-10", 257, {"deadline_date": 3}),
    ("raw/saramin_2024_11.csv", "2024-12-01", 1000, {"마감일": 19}),
    ("raw/wanted_2023_513_pipe.csv", "2023-06-01", 235, {}),
    ("raw/wanted_2023_515.json", "2023-06-01", 88, {}),
]


def brought_in(app: Flask, path: Path, fair: int, ends_at: datetime, now: datetime) -> intake.Report:
    """Import a file into a fair."""
    times = rules.FairTimes("Asia/Seoul", ends_at, now)
    rows = rules.listing_rows(read_table(path, columns=rules.COLUMNS), times)
    return intake.bring_in(db.of(app).write, rows, actions.import_listings, fair, None, now)


@pytest.mark.parametrize(("name", "day", "rows", "refused"), FILES, ids=[file[0] for file in FILES])
def test_real_listings_come_in(
    app: Flask, real_data: Path, name: str, day: str, rows: int, refused: dict[str, int]
) -> None:
    now = datetime.fromisoformat(day).replace(tzinfo=UTC, hour=3)
    ends_at = now + timedelta(days=30)
    times = {"starts_at": now - timedelta(hours=1), "ends_at": ends_at, "created_at": now}
    times |= {"booking_opens_at": now - timedelta(days=1), "announced_at": now - timedelta(days=9)}
    fair = db.of(app).write(lambda session: make_fair(session, **times).id)
    first = brought_in(app, real_data / name, fair, ends_at, now)
    assert first.rows == rows
    assert Counter(note.column for note in first.rejected) == refused
    assert all(note.row and note.column and str(note.reason) and note.values for note in first.rejected)
    assert (first.added, first.changed, first.unchanged) == (rows - first.refused, 0, 0)
    second = brought_in(app, real_data / name, fair, ends_at, now + timedelta(hours=1))
    assert (second.added, second.changed, second.unchanged) == (0, 0, first.added)
    assert second.refused == first.refused


@pytest.mark.parametrize("name", ["raw/rose_hulman_spring2015.xlsx", "raw/okstate_2016_companies.txt"])
def test_files_without_listings_are_refused_with_the_missing_columns(app: Flask, real_data: Path, name: str) -> None:
    with pytest.raises(Unreadable) as error:
        brought_in(app, real_data / name, 1, NOW + timedelta(days=1), NOW)
    assert "필요한 열이 없어요: title / 공고 제목" in str(error.value.detail)
