"""A fair that has been running for long: slots, and bookings with their claims, history and letters, by the million.

The rows are those that booking one by one would have left; they are written in bulk, straight into the tables.
"""

import hashlib
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

PER_HOST, HOSTS_A_BOOTH = 200, 10  # slots
LENGTH = timedelta(minutes=20)
GRAIN = 300
PER_SEEKER = 20  # bookings, at most


@dataclass(frozen=True, slots=True)
class Ids:
    """From which ids on the rows are written, and whose they are."""

    fair: int
    agency: int
    account: int
    resource: int
    booth: int
    employer: int
    listing: int
    slot: int
    booking: int


def fill(url: str, slots: int, booked: float) -> list[int]:
    """Add so many slots (a multiple of 200), of which the share `booked` is booked; return the ids of some seekers.

    The database holds a fair already, which these become part of. Times lie between three hours and three days from now.
    """
    target = _Sqlite(url) if url.startswith("sqlite") else _Postgres(url)
    ids = Ids(*target.first())
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=3)
    rows = _Rows(ids, slots, booked, start)
    for table, columns, made in rows.tables():
        target.write(table, columns, made)
    target.finish(start + PER_HOST * LENGTH + timedelta(days=2), ids)
    return [ids.account + n for n in random.Random(1).sample(range(rows.seekers), 200)]


class _Rows:
    """The rows of each table, in the order in which their keys allow."""

    def __init__(self, ids: Ids, slots: int, booked: float, start: datetime) -> None:
        self.ids, self.slots, self.booked, self.start = ids, slots, booked, start
        self.hosts = slots // PER_HOST
        self.booths = -(-self.hosts // HOSTS_A_BOOTH)
        self.seekers = -(-self.hosts // PER_SEEKER) * PER_HOST // PER_SEEKER * PER_SEEKER
        self.now = start - timedelta(hours=3)

    def tables(self) -> Iterator[tuple[str, str, Iterator[tuple[Any, ...]]]]:
        """Return each table with its columns and rows."""
        yield "account", "id, email, name, language, is_admin, created_at, confirmed_at", self.accounts()
        yield "resource", "id, account_id", ((self.ids.resource + n, self.ids.account + n) for n in self._people())
        yield "employer", EMPLOYER, self.employers()
        booth = "id, fair_id, employer_id, status, applied_at, reason, intent_confirmed_at, many_interviews, shown, rev"
        yield "booth", booth, self.made_booths()
        yield "slot", SLOT, self.made_slots()
        yield "booking", BOOKING, self.bookings()
        yield "time_claim", "resource_id, grain, booking_id, slot_id", self.claims()
        yield "booking_history", "booking_id, rev, at, actor_id, status, slot_id, reason", self.histories()
        yield "outbox", "key, account_id, kind, data, message_id, state, due_at, tries", self.letters()

    def _people(self) -> range:
        return range(self.seekers + self.hosts)

    def accounts(self) -> Iterator[tuple[Any, ...]]:
        """Seekers first, hosts after them."""
        for n in self._people():
            yield self.ids.account + n, f"fill{n}@example.kr", "정한별", "ko", False, self.now, self.now

    def employers(self) -> Iterator[tuple[Any, ...]]:
        """One for each booth."""
        for n in range(self.booths):
            yield self.ids.employer + n, f"명성 {n}", f"명성fill{n}", *("",) * 6, 1, self.now, self.now

    def made_booths(self) -> Iterator[tuple[Any, ...]]:
        """Booths that pass the gate once they have a listing."""
        for n in range(self.booths):
            fixed = ("approved", self.now, "", self.now, True, True, 1)
            yield self.ids.booth + n, self.ids.fair, self.ids.employer + n, *fixed

    def _each(self) -> Iterator[tuple[int, int, int, datetime]]:
        """Return number, host, place among the host's and start of each slot."""
        for n in range(self.slots):
            host, place = divmod(n, PER_HOST)
            yield n, host, place, self.start + place * LENGTH

    def made_slots(self) -> Iterator[tuple[Any, ...]]:
        """Slots of twenty minutes, the hosts of a booth side by side."""
        for n, host, _, at in self._each():
            account, booth = self.ids.account + self.seekers + host, self.ids.booth + host // HOSTS_A_BOOTH
            times = (at, at + LENGTH, at, at + LENGTH)
            yield self.ids.slot + n, self.ids.fair, "interview", booth, account, *times, 1, "", self.now, 1, "one"

    def _booked(self) -> Iterator[tuple[int, int, int, datetime]]:
        """Return booking, slot, seeker and start of each that is booked: nobody twice at a time."""
        made = 0
        chance = random.Random(2)
        for n, host, place, at in self._each():
            if chance.random() < self.booked:
                group, within = divmod(host, PER_SEEKER)
                block = group * (PER_HOST // PER_SEEKER) + place // PER_SEEKER
                yield made, n, block * PER_SEEKER + (within + place) % PER_SEEKER, at
                made += 1

    def bookings(self) -> Iterator[tuple[Any, ...]]:
        """Confirmed bookings."""
        for made, slot, seeker, at in self._booked():
            uid = hashlib.md5(str(made).encode()).hexdigest() + "@fairapp"  # noqa: S324 (no secret)
            fixed = (uid, 1, 0, "", "{}", self.now)
            yield (
                *(
                    self.ids.booking + made,
                    self.ids.slot + slot,
                    self.ids.fair,
                    self.ids.account + seeker,
                    "confirmed",
                    1,
                ),
                *(at, at, *fixed),
            )

    def claims(self) -> Iterator[tuple[Any, ...]]:
        """Of the hosts by their slots, of the seekers by their bookings."""
        for n, host, _, at in self._each():
            first = int(at.timestamp()) // GRAIN
            for grain in range(first, first + 4):
                yield self.ids.resource + self.seekers + host, grain, None, self.ids.slot + n
        for made, _, seeker, at in self._booked():
            first = int(at.timestamp()) // GRAIN
            for grain in range(first, first + 4):
                yield self.ids.resource + seeker, grain, self.ids.booking + made, None

    def histories(self) -> Iterator[tuple[Any, ...]]:
        """The first revision of each booking."""
        for made, slot, seeker, _ in self._booked():
            booking, who = self.ids.booking + made, self.ids.account + seeker
            yield booking, 1, self.now, who, "confirmed", self.ids.slot + slot, ""

    def letters(self) -> Iterator[tuple[Any, ...]]:
        """A confirmation each, sent long ago."""
        for made, _, seeker, _ in self._booked():
            key, who = f"booking:{self.ids.booking + made}:1", self.ids.account + seeker
            yield key, who, "booking.confirmed", "{}", f"<fill{made}@fairapp>", "sent", self.now, 1


EMPLOYER = "id, name, name_key, name_en, industry, industry_en, address, about, about_en, rev, created_at, verified_at"
SLOT = (
    "id, fair_id, kind, booth_id, host_id, starts_at, ends_at, busy_from, busy_until,"
    " capacity, topic, created_at, rev, hosting"
)
BOOKING = (
    "id, slot_id, fair_id, seeker_id, status, seat_no, cancel_until, change_until,"
    " ics_uid, rev, time_rev, note, answers, created_at"
)
TABLES = ("account", "resource", "booth", "employer", "listing", "slot", "booking")
FIRST = "SELECT max(fair.id), max(agency.id) FROM fair, agency"
# A listing for each booth, like the one that is there.
LISTINGS = """
    INSERT INTO listing ({columns}) SELECT {values} FROM listing AS model, booth
    WHERE model.id = (SELECT min(id) FROM listing) AND booth.id >= {first}"""


class _Sqlite:
    """Bulk writing into a SQLite file that nobody else has open."""

    def __init__(self, url: str) -> None:
        self.connection = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        self.connection.execute("PRAGMA synchronous=OFF")
        self.connection.execute("PRAGMA cache_size=-400000")
        self.connection.execute("BEGIN")

    def first(self) -> list[int]:
        """Return the fair, its agency, and the next id of each table."""
        fair = self.connection.execute(FIRST).fetchone()
        ids = [self.connection.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {t}").fetchone()[0] for t in TABLES]
        return [*fair, *ids]

    def write(self, table: str, columns: str, rows: Iterator[tuple[Any, ...]]) -> None:
        """Insert the rows; times as the project keeps them."""
        marks = ", ".join("?" * (columns.count(",") + 1))
        said = (tuple(f"{x:%Y-%m-%d %H:%M:%S.%f}" if isinstance(x, datetime) else x for x in row) for row in rows)
        self.connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", said)

    def finish(self, ends_at: datetime, ids: Ids) -> None:
        """Give every booth its listing and make the statistics."""
        columns = [row[1] for row in self.connection.execute("PRAGMA table_info(listing)")]
        self.connection.execute(_listings(columns, ids))
        self.connection.execute("UPDATE fair SET ends_at = ?", (f"{ends_at:%Y-%m-%d %H:%M:%S.%f}",))
        self.connection.execute("UPDATE listing SET closes_at = ?", (f"{ends_at:%Y-%m-%d %H:%M:%S.%f}",))
        self.connection.execute("COMMIT")
        self.connection.execute("ANALYZE")
        self.connection.close()


class _Postgres:
    """Bulk writing by COPY."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=False)

    def first(self) -> list[int]:
        """Return the fair, its agency, and the next id of each table."""
        fair = self.connection.execute(FIRST).fetchone() or ()
        rows = [self.connection.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {t}").fetchone() for t in TABLES]
        return [*fair, *(row[0] for row in rows if row)]

    def write(self, table: str, columns: str, rows: Iterator[tuple[Any, ...]]) -> None:
        """Copy the rows."""
        with self.connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def finish(self, ends_at: datetime, ids: Ids) -> None:
        """Give every booth its listing, let the sequences go on after the rows, and make the statistics."""
        found = self.connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'listing' AND is_generated = 'NEVER'"
        )
        self.connection.execute(_listings([row[0] for row in found], ids))
        self.connection.execute("UPDATE fair SET ends_at = %s", (ends_at,))
        self.connection.execute("UPDATE listing SET closes_at = %s", (ends_at,))
        for table in TABLES:
            self.connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
        self.connection.commit()
        self.connection.autocommit = True
        self.connection.execute("VACUUM ANALYZE")
        self.connection.close()


def _listings(columns: list[str], ids: Ids) -> str:
    own = {
        "id": f"{ids.listing} + booth.id - {ids.booth}",
        "booth_id": "booth.id",
        "source_id": "NULL",
        "source": "NULL",
    }
    values = ", ".join(own.get(name, f"model.{name}") for name in columns)
    return LISTINGS.format(columns=", ".join(columns), values=values, first=ids.booth)
