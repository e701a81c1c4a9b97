"""Bookings a second in a database that holds a million already, each run between two in an empty one."""

import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from alembic import command

from bench import _fill, _floor, _load
from fairapp import db
from fairapp.cli import alembic_config
from tests.servers import PostgresServer

CLIENTS, WARM_UP, COUNT = 64, 100, 1280
A_RUN = 1400  # slots of the floor, a multiple of twenty


@contextmanager
def filled(
    kind: str, existing: int, rounds: int, folder: Path, server: PostgresServer | None
) -> Iterator[tuple[str, _floor.Floor]]:
    """Lend a database with so many bookings, and a floor with free slots for so many runs."""
    with ExitStack() as stack:
        if kind == "sqlite" or server is None:
            url = f"sqlite:///{folder / 'filled.db'}"
        else:
            url = stack.enter_context(server.database()).replace("postgresql://", "postgresql+psycopg://")
        command.upgrade(alembic_config(url), "head")
        floor = _floor.build(url, A_RUN * rounds)
        _fill.fill(url, existing, 1.0)
        yield url, floor


def among(
    kind: str,
    existing: int,
    rounds: int,
    folder: Path,
    server: PostgresServer | None,
    serve: Callable[[str, list[tuple[int, int, int, str]]], _load.Load],
    empty: Callable[[], float],
) -> dict[str, float]:
    """Return the rate among so many bookings as a share of that in an empty database: medians of the rounds.

    `serve` books these rows in a database through fairapp; `empty` returns the rate in an empty one.
    """
    shares, rates = [], []
    with filled(kind, existing, rounds, folder, server) as (url, floor):
        for n in range(rounds):
            before = empty()
            load = serve(url, floor.rows[n * A_RUN : n * A_RUN + WARM_UP + COUNT])
            after = empty()
            _check(url, existing + (n + 1) * (WARM_UP + COUNT), load)
            shares.append(load.rate / ((before + after) / 2))
            rates.append(load.rate)
            print(
                f"{kind:10} {load.rate:.0f}/s among {existing}, {before:.0f} and {after:.0f}/s among none", flush=True
            )
    return {"ratio": round(statistics.median(shares), 3), "per_second": round(statistics.median(rates))}


def _check(url: str, made: int, load: _load.Load) -> None:
    """Raise unless every 201 is a booking in the rows."""
    database = db.Database(url)
    with database.read() as session:
        found = session.connection().exec_driver_sql("SELECT count(*) FROM booking").scalar_one()
    database.close()
    if load.statuses != {201: COUNT} or found != made:
        raise SystemExit(f"answers {load.statuses}, rows {found} of {made}")
