"""A program that prints by how many MB it grew when it streamed a fair's outcomes, and when it gathered them.

A process of its own, for one that ran other tests has room to spare that hides what is gathered.
"""

import sys
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from fairapp import db
from fairapp.outcomes import queries
from fairapp.outcomes.models import Outcome


def resident() -> float:
    """Return the memory of this process in MB, without the pages of files such as SQLite's, which anybody may take back."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["RssAnon"].split()[0]) * 1024 / 1e6


def main(url: str, fair: int, zone: str, as_of: datetime) -> None:
    """Print the lines of the file, the growth while it was streamed, the rows, and the growth when they were gathered."""
    database = db.Database(url)
    list(queries.stream(database, "bookings", "csv", fair, zone, as_of))  # whatever is loaded once is loaded now
    with database.read() as session:  # and what SQLite keeps of the table, up to 64 MB; no index holds this column
        session.execute(select(func.sum(func.length(Outcome.role)))).all()
    before = highest = resident()
    lines = 0
    for part, _ in queries.stream(database, "outcomes", "csv", fair, zone, as_of):
        lines, highest = lines + part.count(b"\r\n"), max(highest, resident())
    with database.snapshot() as session:
        gathered = list(queries.export_rows(session, "outcomes", fair, zone, as_of, guard=True))
    print(lines, highest - before, len(gathered), resident() - before)  # noqa: T201 (what it is for)
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], datetime.fromisoformat(sys.argv[4]))
