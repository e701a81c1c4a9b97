"""Bookings a second through HTTP, as a ratio to what the database alone can write, in the same run.

    make bench-booking [ARGS="--pairs 5 --databases sqlite,postgresql --clients 1,16,64 --existing 1000000"]

Each pair is limit, candidate, limit on fresh copies of the same database; pairs in shuffled order; median and range. The
limit writes the same rows: on SQLite a C program, one commit each; on PostgreSQL pgbench, one statement, 16 connections.
Candidates: `python run.py` on SQLite; gunicorn with two workers on PostgreSQL. Winners and doubles are counted by SQL.
At last the same is measured in a database that holds `--existing` bookings already, each run between two in an empty one.
"""

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from alembic import command

from bench import _among, _floor, _limits, _load
from fairapp import audit, config, db
from fairapp.cli import alembic_config
from tests.servers import PostgresServer, app_server, free_port, postgres
from tests.servers.app import serve

SLOTS, WARM_UP = 1400, 100
COUNTS = {1: 300, 16: 1280, 64: 1280}  # bookings measured, by number of clients
TARGETS = {"sqlite": 0.35, "postgresql": 0.20}
AMONG_MANY = 0.8  # of the bookings a second in an empty database
GUNICORN = ("-m", "gunicorn", "-k", "gthread", "-w", "2", "--threads", "40", "--no-control-socket", "run:app")


class Bench:
    """The databases to be copied, and one measurement after the other."""

    def __init__(self, folder: Path, server: PostgresServer | None) -> None:
        self.folder, self.server = folder, server
        self.floors: dict[str, _floor.Floor] = {}
        self.templates: dict[str, str] = {}

    def prepare(self, kind: str) -> None:
        """Fill the database that every measurement gets a copy of."""
        if kind == "sqlite":
            url = f"sqlite:///{self.folder / 'template.db'}"
            self._fill(kind, url)
            self.templates[kind] = url
        elif self.server is not None:
            self.templates[kind] = self.server.template("bench", lambda url: self._fill(kind, _driver(url)))

    def _fill(self, kind: str, url: str) -> None:
        command.upgrade(alembic_config(url), "head")
        self.floors[kind] = _floor.build(url, SLOTS)

    @contextmanager
    def copy(self, kind: str) -> Iterator[str]:
        """Lend a fresh copy."""
        if kind == "sqlite":
            with tempfile.TemporaryDirectory(dir=self.folder) as folder:
                shutil.copy(self.folder / "template.db", Path(folder) / "fairapp.db")
                yield f"sqlite:///{folder}/fairapp.db"
        else:
            assert self.server is not None
            with self.server.database(template=self.templates[kind]) as url:
                yield _driver(url)

    def limit(self, kind: str, count: int) -> float:
        """Measure the limit."""
        with self.copy(kind) as url:
            measure = _limits.sqlite_limit if kind == "sqlite" else _limits.postgres_limit
            return measure(url, self.floors[kind], count)

    def candidate(self, kind: str, clients: int, count: int) -> _load.Load:
        """Measure fairapp, and see by SQL that what it answered is what it did."""
        floor = self.floors[kind]
        with self.copy(kind) as url:
            load = self.booked(kind, url, random.sample(floor.rows, WARM_UP + count), clients)
            check(url, WARM_UP + count, load, count)
        return load

    def booked(self, kind: str, url: str, rows: list[tuple[int, int, int, str]], clients: int) -> _load.Load:
        """Book these through a server of its own on the database, the first hundred to warm up."""
        env = {"DATABASE_URL": url, "RATE_LIMITS": "off", "MAIL_URL": f"file:{self.folder / 'mail'}"}
        with self._server(kind, env) as server:
            port = int(server.url.rpartition(":")[2])
            requests = [_load.booking_request(port, slot, token) for slot, _, _, token in rows]
            _load.run(port, requests[:WARM_UP], clients)
            return _load.run(port, requests[WARM_UP:], clients)

    def among(self, kind: str, existing: int, rounds: int) -> dict[str, float]:
        """Return the rate among so many bookings as a share of that in an empty database."""

        def serve(url: str, rows: list[tuple[int, int, int, str]]) -> _load.Load:
            return self.booked(kind, url, rows, _among.CLIENTS)

        def empty() -> float:
            return self.candidate(kind, _among.CLIENTS, _among.COUNT).rate

        return _among.among(kind, existing, rounds, self.folder, self.server, serve, empty)

    def _server(self, kind: str, env: dict[str, str]) -> Any:
        if kind == "sqlite":
            return app_server(env)
        env["GUNICORN_CMD_ARGS"] = "--log-level warning"
        port = free_port()
        return serve([sys.executable, *GUNICORN, "-b", f"127.0.0.1:{port}"], env | {"PORT": str(port)})


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


def check(url: str, made: int, load: _load.Load, count: int) -> None:
    """Raise unless every 201 is a booking in the rows, and the audit is clean."""
    database = db.Database(url)
    with database.read() as session:
        found = session.connection().exec_driver_sql("SELECT count(*) FROM booking").scalar_one()
        breaches = audit.breaches(session)
    database.close()
    if load.statuses != {201: count} or found != made or breaches:
        raise SystemExit(f"answers {load.statuses}, rows {found} of {made}, breaches {breaches[:3]}")


def measure(bench: Bench, kinds: list[str], clients: list[int], pairs: int) -> dict[str, Any]:
    """Run the pairs in shuffled order; return ratios and figures by database and number of clients."""
    runs = [(kind, number) for kind in kinds for number in clients for _ in range(pairs)]
    random.shuffle(runs)
    found: dict[tuple[str, int], list[dict[str, float]]] = {}
    for kind, number in runs:
        count = COUNTS.get(number, 1280)
        before = bench.limit(kind, count)
        load = bench.candidate(kind, number, count)
        after = bench.limit(kind, count)
        limit = (before + after) / 2
        found.setdefault((kind, number), []).append(
            {"ratio": load.rate / limit, "rate": load.rate, "limit": limit, "own": load.own_share}
        )
        latency = sorted(load.latencies)
        print(
            f"{kind:10} {number:3} clients: {load.rate:6.0f}/s, limit {before:5.0f} and {after:5.0f}/s,"
            f" ratio {load.rate / limit:.2f}, p50 {latency[len(latency) // 2] * 1000:.0f} ms,"
            f" p99 {latency[int(len(latency) * 0.99)] * 1000:.0f} ms, generator {load.own_share:.0%} of a core",
            flush=True,
        )
    return summary(found)


def summary(found: dict[tuple[str, int], list[dict[str, float]]]) -> dict[str, Any]:
    """Return median and range of each database and number of clients."""
    return {
        f"{kind}-{number}": {
            "ratio": round(statistics.median(r["ratio"] for r in rows), 3),
            "range": [round(min(r["ratio"] for r in rows), 3), round(max(r["ratio"] for r in rows), 3)],
            "per_second": round(statistics.median(r["rate"] for r in rows)),
            "limit": round(statistics.median(r["limit"] for r in rows)),
        }
        for (kind, number), rows in sorted(found.items())
    }


def main() -> None:
    """Measure and print; the last line is JSON."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--pairs", type=int, default=5)
    asked.add_argument("--databases", default="sqlite,postgresql")
    asked.add_argument("--clients", default="1,16,64")
    asked.add_argument("--existing", type=int, default=1_000_000)
    given = asked.parse_args()
    kinds, clients = given.databases.split(","), [int(n) for n in given.clients.split(",")]
    with ExitStack() as stack:
        scratch = config.ROOT / ".cache"  # on the disk of the checkout, as the database would be
        scratch.mkdir(exist_ok=True)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=scratch)))
        server = stack.enter_context(postgres(durable=True)) if "postgresql" in kinds else None
        bench = Bench(folder, server)
        for kind in kinds:
            bench.prepare(kind)
        detail = measure(bench, kinds, clients, given.pairs) if given.pairs else {}
        many = {kind: bench.among(kind, given.existing, 3) for kind in kinds if given.existing}
    told(kinds, detail, many)


def told(kinds: list[str], detail: dict[str, Any], many: dict[str, dict[str, float]]) -> None:
    """Print the last line. The ratio is that of the most clients, the lesser of the databases' shares."""
    best = {kind: max([v["ratio"] for k, v in detail.items() if k.startswith(kind)], default=0) for kind in kinds}
    met = {kind: best[kind] / TARGETS[kind] for kind in kinds}
    least = min(met, key=lambda kind: met[kind])
    target = ", ".join(f"{kind} >= {TARGETS[kind]}" for kind in kinds)
    holds = all(share >= 1 for share in met.values()) and all(one["ratio"] >= AMONG_MANY for one in many.values())
    last = {"bench": "booking", "ratio": best[least], "target": f"{target}, among many >= {AMONG_MANY}", "holds": holds}
    print(json.dumps({**last, "detail": detail | {f"{kind}-among-many": one for kind, one in many.items()}}))


if __name__ == "__main__":
    main()
