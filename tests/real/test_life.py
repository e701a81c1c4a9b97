"""Real fairs, with the employers that were there, planned and held from the first page to the archive."""

import csv
import json
from datetime import date, time
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.life import Life, Plan
from tests.journeys.life_days import tell_life
from tests.servers import MailServer

pytestmark = [pytest.mark.real, pytest.mark.timeout(1800)]

# folder, its day (of those whose day is not known, a Wednesday of that year), hours, seekers
FAIRS = [
    ("ko-wanju-iljari-2021", date(2021, 10, 20), time(14), time(16), 40),
    ("ko-global-talent-fair-2023", date(2023, 6, 14), time(10), time(17), 24),
]


@pytest.mark.parametrize(("folder", "day", "opens", "closes", "seekers"), FAIRS, ids=[one[0] for one in FAIRS])
def test_a_real_fair_is_planned_held_and_archived_and_its_figures_are_those_of_the_rows(
    folder: str,
    day: date,
    opens: time,
    closes: time,
    seekers: int,
    real_data: Path,
    tmp_path: Path,
    mail: MailServer,
    browser: Browser,
) -> None:
    told = json.loads((real_data / "fairs" / folder / "fair.json").read_text("utf-8"))
    with (real_data / "fairs" / folder / "exhibitors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    by_resume = frozenset(n for n, row in enumerate(rows) if row["participation"] == "간접")
    names = tuple(row["employer"] for row in rows)
    plan = Plan(folder, told["name"], told["venue"], day, opens, closes, names, seekers, by_resume)
    figures = tell_life(Life(plan, tmp_path, mail, browser))
    away = len([n for n in range(seekers) if n % 5 == 3])
    assert figures["funnel:registered"] == seekers + 1
    assert figures["funnel:came"] == seekers - away + 1
    assert figures["funnel:booked"] == seekers
    assert figures["funnel:retained"]
