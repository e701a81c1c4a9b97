"""The report of a fair against figures that an SQL script of its own works out from the raw rows."""

import csv
import io
import sqlite3
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from fairapp import codes
from tests.journeys.life import Life

SCRIPT = Path(__file__).with_suffix(".sql")


def worked_out(database: Path, fair: int) -> dict[str, float | None]:
    """Return the figures as the script finds them in the raw rows."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        connection.execute("CREATE TEMP TABLE profession (code TEXT PRIMARY KEY)")
        professions = [(one.code,) for one in codes.occupations().values() if one.professional]
        connection.executemany("INSERT INTO profession VALUES (?)", professions)
        return dict(connection.execute(SCRIPT.read_text("utf-8"), {"fair": fair}).fetchall())


def reported(report: dict[str, Any]) -> dict[str, float | None]:
    """Return the figures of a report, as the API tells it, by the script's names."""
    found = {name: report[name] for name in ("hires", "hire_target", "target_share")}
    for nth, row in enumerate(report["funnel"]):
        found[f"funnel:{row['stage']}"] = row["people"]
        if nth:
            found[f"rate:{row['stage']}"] = row["rate"]
    for row in report["indicators"]:
        found |= {f"part:{row['name']}": row["hires"], f"known:{row['name']}": row["known"]}
        found[f"share:{row['name']}"] = row["share"]
    return found | {row["name"]: row["value"] for row in report["measures"]}


def check_figures(life: Life) -> dict[str, float | None]:
    """Compare the script with the API, the page and the files; return the figures."""
    slug = life.plan.slug
    with life.organizer() as page:
        answer = page.request.get(f"/api/v1/fairs/{slug}/report").json()
        found = reported(answer)
        assert found == worked_out(life.database, answer["fair"])
        page.goto(f"/organize/{slug}/report")
        expect(page.locator("main svg").first).to_be_visible()
        numbers = page.locator("table").first.locator("tbody td:nth-child(2)")
        people = [row["people"] for row in answer["funnel"]]
        assert [int(one.replace(",", "")) for one in numbers.all_inner_texts()] == people
        numbers.first.get_by_role("link").click()
        expect(page.locator("main tbody tr")).to_have_count(min(people[0], 50))  # a page of the rows behind the number
        check_files(life, page, found)
    return found


def check_files(life: Life, page: Page, found: dict[str, float | None]) -> None:
    """Compare the report's CSV file, the export of the ledger and the printed report with the rows."""
    slug = life.plan.slug
    rows = table(page, f"/organize/{slug}/report.csv")
    people = {row["name"]: row["value"] for row in rows if row["section"] == "funnel"}
    assert people == {
        name.removeprefix("funnel:"): str(value) for name, value in found.items() if name[:7] == "funnel:"
    }
    with sqlite3.connect(life.database) as connection:
        ledger = connection.execute("SELECT count(*) FROM outcome").fetchone()[0]
    assert len(table(page, f"/api/v1/fairs/{slug}/exports/outcomes.csv")) == ledger
    assert page.request.get(f"/organize/{slug}/report.pdf").body()[:5] == b"%PDF-"


def table(page: Page, address: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(page.request.get(address).body().decode("utf-8-sig"))))
