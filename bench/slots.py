"""The next 50 free slots for a person, among a million slots as against ten thousand.

    make bench-slots [ARGS="--slots 10000,1000000 --databases sqlite,postgresql --calls 200"]

Seven slots of ten are booked. People who have up to twenty meetings themselves ask in turn, of the small fair and of the large
one alternately, so that whatever else the machine does falls on both. The ratio is that of the medians.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from alembic import command

from bench import _fill, _floor
from fairapp import clock, config, db
from fairapp.cli import alembic_config
from fairapp.scheduling import queries
from tests.servers import PostgresServer, postgres

TARGET, BOOKED, WANTED = 2.0, 0.7, 50


@contextmanager
def filled(kind: str, slots: int, folder: Path, server: PostgresServer | None) -> Iterator[tuple[str, list[int]]]:
    """Lend a database with so many slots, and some of its people."""
    with ExitStack() as stack:
        if server is None:
            url = f"sqlite:///{folder / f'{kind}-{slots}.db'}"
        else:
            url = stack.enter_context(server.database()).replace("postgresql://", "postgresql+psycopg://")
        command.upgrade(alembic_config(url), "head")
        _floor.build(url, 20)
        yield url, _fill.fill(url, slots, BOOKED)


def measure(kind: str, sizes: list[int], calls: int, folder: Path, server: PostgresServer | None) -> dict[str, float]:
    """Return the median milliseconds of each size, and the ratio of the last to the first."""
    with ExitStack() as stack:
        places = {n: stack.enter_context(filled(kind, n, folder, server)) for n in sizes}
        databases = {n: db.Database(url) for n, (url, _) in places.items()}
        chance, took = random.Random(3), {n: [] for n in sizes}
        for call in range(calls + 10):
            for n in sizes:
                who, began = chance.choice(places[n][1]), time.perf_counter()
                with databases[n].read() as session:
                    found = queries.free_for(session, 1, clock.now(), seeker_id=who, limit=WANTED)
                if call >= 10:
                    took[n].append(time.perf_counter() - began)
                if len(found) != WANTED:
                    raise SystemExit(f"{len(found)} free slots among {n}")
        for one in databases.values():
            one.close()
    medians = {str(n): round(statistics.median(seconds) * 1000, 2) for n, seconds in took.items()}
    ratio = round(medians[str(sizes[-1])] / medians[str(sizes[0])], 3)
    print(
        f"{kind:10} " + ", ".join(f"{n} slots: {ms} ms" for n, ms in medians.items()) + f", ratio {ratio}", flush=True
    )
    return {**medians, "ratio": ratio}


def main() -> None:
    """Measure and print; the last line is JSON with the larger of the databases' ratios."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--slots", default="10000,1000000")
    asked.add_argument("--databases", default="sqlite,postgresql")
    asked.add_argument("--calls", type=int, default=200)
    given = asked.parse_args()
    sizes = [int(n) for n in given.slots.split(",")]
    detail: dict[str, dict[str, float]] = {}
    with ExitStack() as stack:
        scratch = config.ROOT / ".cache"
        scratch.mkdir(exist_ok=True)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=scratch)))
        for kind in given.databases.split(","):
            server = stack.enter_context(postgres(durable=True)) if kind == "postgresql" else None
            detail[kind] = measure(kind, sizes, given.calls, folder, server)
    ratio = max(one["ratio"] for one in detail.values())
    said = {"bench": "slots", "ratio": ratio, "target": f"<= {TARGET}", "holds": ratio <= TARGET, "detail": detail}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
