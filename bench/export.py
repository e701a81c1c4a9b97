"""A million rows of attendance as CSV, JSON and XLSX, as against Python's csv writer and PostgreSQL's own COPY.

    make bench-export [ARGS="--rows 1000000 --databases postgresql,sqlite"]

Half a million interviews that took place, with a mark of each side. Each file is written to disk by a process of its own, whose
growth in memory is that of its private pages. COPY runs the export's statement and writes its rows; the csv writer gets the
finished cells from memory. Both come right before and after the file, and the better of the two counts.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from bench import _fill, _floor
from fairapp import config, db
from fairapp.cli import alembic_config
from fairapp.outcomes import queries
from fairapp.outcomes.queries import exporting
from tests.outcomes.gathering import resident
from tests.servers import postgres

TARGET, MOST_GROWTH, BOOKED, ZONE, FAIR = 4.0, 100.0, 0.7, "Asia/Seoul", 1
LATER = datetime(2100, 1, 1, tzinfo=UTC)
MARKS = """INSERT INTO attendance (booking_id, side, state, at, recorded_by)
SELECT booking.id, sides.side, 'present', booking.created_at, booking.seeker_id FROM booking
JOIN (SELECT 'seeker' AS side UNION ALL SELECT 'host') AS sides ON true
WHERE booking.id IN (SELECT id FROM booking ORDER BY id LIMIT :half)"""


def timed(work: Callable[[], Any]) -> float:
    """Return the seconds that the work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def write_text(database: db.Database, form: str, path: Path) -> tuple[int, float]:
    """Write a streamed file; return its rows and by how many MB the process grew."""
    before = highest = resident()
    rows = 0
    with path.open("wb") as file:
        for part, rows in queries.stream(database, "attendance", form, FAIR, ZONE, LATER):  # noqa: B007 - the last counts
            file.write(part)
            highest = max(highest, resident())
    return rows, highest - before


def write_workbook(database: db.Database, path: Path) -> tuple[int, float]:
    """Write the workbook; return its rows and by how many MB the process grew."""
    before = resident()
    seen = [before]
    rows = queries.save_workbook(database, path, "attendance", FAIR, ZONE, LATER, lambda _: seen.append(resident()))
    return rows, max(*seen, resident()) - before


def child(url: str, form: str, path: str) -> None:
    """Write one file and print rows, seconds and growth as JSON."""
    database = db.Database(url)
    with database.read() as session:  # what is loaded once is loaded now
        queries.count_rows(session, "attendance", FAIR, LATER, 10)
    began = time.perf_counter()
    write = write_workbook if form == "xlsx" else lambda one, at: write_text(one, form, at)
    rows, grown = write(database, Path(path))
    print(json.dumps({"rows": rows, "seconds": time.perf_counter() - began, "mb": round(grown, 1)}))
    database.close()


def measured(url: str, form: str, folder: Path) -> dict[str, Any]:
    """Let a process of its own write the file."""
    asked = [sys.executable, "-m", "bench.export", "--child", url, form, str(folder / f"file.{form}")]
    made = subprocess.run(asked, cwd=config.ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(made.stdout))


def copy_all(url: str, path: Path) -> None:
    """Let PostgreSQL write the rows of the export as CSV."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection, path.open("wb") as file:
        for statement in exporting._STATEMENTS["attendance"]:
            made = statement(FAIR, LATER).compile(dialect=postgresql.psycopg.dialect())
            words = psycopg.ClientCursor(connection).mogrify(str(made), made.params)
            with connection.cursor().copy(f"COPY ({words}) TO STDOUT (FORMAT csv)") as parts:
                for part in parts:
                    file.write(part)


def write_cells(rows: list[list[Any]], path: Path) -> None:
    """Let Python's csv module write cells that lie in memory."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def limits(url: str, folder: Path) -> dict[str, float]:
    """Return the seconds of the csv writer, and of COPY where there is one."""
    database = db.Database(url)
    with database.snapshot() as session:
        rows = list(queries.export_rows(session, "attendance", FAIR, ZONE, LATER, guard=True))
    database.close()
    found = {"writer": timed(lambda: write_cells(rows, folder / "writer.csv"))}
    if url.startswith("postgresql"):
        found["copy"] = timed(lambda: copy_all(url, folder / "copy.csv"))
    return found


def measure(kind: str, rows: int, folder: Path, url: str) -> dict[str, Any]:
    """Fill the database, write the files between two looks at the limits, and print the figures."""
    command.upgrade(alembic_config(url), "head")
    _floor.build(url, 20)
    _fill.fill(url, -(-int(rows / 2 / BOOKED * 1.02) // 200) * 200, BOOKED)
    database = db.Database(url)
    database.write(lambda session: session.execute(text(MARKS), {"half": rows // 2}))
    database.close()
    before = limits(url, folder)
    found = {form: measured(url, form, folder) for form in ("csv", "json", "xlsx")}
    after = limits(url, folder)
    least = {name: min(before[name], after[name]) for name in before}
    detail = {"limits": {name: round(seconds, 2) for name, seconds in least.items()}, **found}
    for form, one in found.items():
        one["ratios"] = {name: round(one["seconds"] / seconds, 2) for name, seconds in least.items()}
        told = ", ".join(f"{ratio} x {name}" for name, ratio in one["ratios"].items())
        size = (folder / f"file.{form}").stat().st_size / 1e6
        print(
            f"{kind:10} {form:4} {one['rows']} rows, {one['seconds']:.1f} s, {size:.0f} MB, +{one['mb']} MB: {told}",
            flush=True,
        )
    return detail


def main() -> None:
    """Measure and print; the last line is JSON with the CSV's ratio to COPY and the largest growth."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--databases", default="postgresql,sqlite")
    asked.add_argument("--child", nargs=3)
    given = asked.parse_args()
    if given.child:
        child(*given.child)
        return
    detail: dict[str, Any] = {}
    with ExitStack() as stack:
        scratch = config.ROOT / ".cache"
        scratch.mkdir(exist_ok=True)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=scratch)))
        for kind in given.databases.split(","):
            url = f"sqlite:///{folder / 'export.db'}"
            if kind == "postgresql":
                server = stack.enter_context(postgres())
                url = stack.enter_context(server.database()).replace("postgresql://", "postgresql+psycopg://")
            detail[kind] = measure(kind, given.rows, folder, url)
    grown = max(one[form]["mb"] for one in detail.values() for form in ("csv", "json", "xlsx"))
    ratio = detail["postgresql"]["csv"]["ratios"]["copy"] if "postgresql" in detail else 0.0
    holds = ratio <= TARGET and grown < MOST_GROWTH
    said = {"bench": "export", "ratio": ratio, "target": f"<= {TARGET}", "holds": holds, "grown_mb": grown}
    print(json.dumps(said | {"most_mb": MOST_GROWTH, "detail": detail}))


if __name__ == "__main__":
    main()
