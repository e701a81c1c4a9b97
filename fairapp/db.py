"""The database: base class of the models, aware UTC times, two engines, and the one way to read and to write.

Reads have an engine of their own that cannot write. Writes go through one writer thread a process, which commits what has
queued together (group commit): each call has its savepoint, one fsync serves them all, and an answer is given only after it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar, cast

from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Engine, Integer, MetaData, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from fairapp.errors import Busy
from fairapp.writer import LastWrites, Writer

P = ParamSpec("P")
T = TypeVar("T")

__all__ = ["Base", "Database", "FirstDo", "LastWrites", "UtcDateTime", "glance", "read", "write"]


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. A naive value is refused when bound, so that none can slip in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what is stored; ValueError for a naive time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored moment, aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Return what writes a moment: on SQLite its text, for a booking has more than ten of them."""
        return _text_of if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return what reads a moment; see bind_processor."""
        return _moment_of if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _text_of(value: datetime | None) -> str | None:
    """Return the text that SQLite keeps: without an offset it sorts and compares as it should."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a naive time cannot be stored")
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]


def _moment_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only an INTEGER key


class Base(DeclarativeBase):
    """Base of every table. Constraints are named, so that a migration can name them again."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, int: Id, dict[str, Any]: JSON, list[str]: JSON}


def _sqlite_engine(url: str, *, writes: bool, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        hide_parameters=True,  # they are people's data, and errors are logged
        max_overflow=0 if writes else pool_size,
        connect_args={"timeout": 10, "check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(
            "PRAGMA secure_delete=ON"
        )  # what is deleted is overwritten: an erasure leaves nothing in the file
        cursor.execute("PRAGMA cache_size=-65536")
        if not writes:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # The driver's own transactions double-booked; see docs/decisions.md.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql_engine(url: str, *, writes: bool, pool_size: int) -> Engine:
    options = "-c timezone=UTC -c idle_in_transaction_session_timeout=60000"
    if not writes:
        options += " -c default_transaction_read_only=on"
    return create_engine(
        url,
        pool_size=pool_size,
        hide_parameters=True,  # they are people's data, and errors are logged
        max_overflow=pool_size,
        pool_pre_ping=False,
        isolation_level="READ COMMITTED" if writes else "AUTOCOMMIT",
        connect_args={"options": options, "prepare_threshold": 0, "connect_timeout": 10},
    )


@dataclass(frozen=True, slots=True)
class Origin:
    """From where a write comes: the account, by which way (page, api, program), and the network address."""

    actor_id: int | None = None
    way: str = "program"
    address: str | None = None


def came_from() -> Origin:
    """Return from where the write of this moment comes: the request that is being served, or a command or job."""
    if not has_request_context():
        return Origin()
    way = "api" if request.path.startswith("/api/") else "page"
    return Origin(g.get("caller_id"), way, (request.remote_addr or "")[:45] or None)


class FirstDo(Exception):
    """Raised by an action that found something to be settled in a transaction of its own, such as a stale hold."""

    def __init__(self, action: Callable[..., Any], *args: Any) -> None:
        super().__init__(action.__name__)
        self.action, self.args = action, args


MOST_FIRSTS = 5


class Database:
    """One database with its two engines and its writer."""

    def __init__(self, url: str, *, readers: int = 16) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        make = _sqlite_engine if self.sqlite else _postgresql_engine
        self.write_engine = make(url, writes=True, pool_size=2)
        self.read_engine = make(url, writes=False, pool_size=readers)
        self.writer = Writer(self.write_engine)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that can read and cannot write."""
        with Session(self.read_engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """Give a connection that reads a single prepared statement, which needs neither session nor transaction."""
        with self.read_engine.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Give a reading session that sees one moment however long it reads: for exports and reports."""
        engine = (
            self.read_engine if self.sqlite else self.read_engine.execution_options(isolation_level="REPEATABLE READ")
        )
        with Session(engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    def write(self, action: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run `action(session, …)` in a transaction of its own and return what it returns, once that is on disk.

        An error of the action undoes all that it wrote and rises here. A lost race of locks is run again. Busy is raised
        when the database cannot take the write; nothing was changed then. What a FirstDo asks for is done first, in a
        transaction of its own, and then the action again.
        """
        for _ in range(MOST_FIRSTS):
            try:
                return cast(T, self.writer.run(action, args, kwargs, came_from()))
            except FirstDo as first:
                self.writer.run(first.action, first.args, {}, came_from())
        raise Busy

    def scrub(self) -> None:
        """Fold the write-ahead log of SQLite into the file and empty it: what was erased stands in its old pages.

        While others read it may stay as it is until the next time.
        """
        if self.sqlite:
            with self.write_engine.connect() as connection:
                cursor = cast(Any, connection.connection).cursor()  # outside of any transaction
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.close()

    def close(self) -> None:
        """End the writer and every connection."""
        self.writer.stop()
        self.write_engine.dispose()
        self.read_engine.dispose()


def of(app: Flask | None = None) -> Database:
    """Return the database of the app, by default of the current one."""
    return cast(Database, (app or current_app).extensions["fairapp.db"])


@contextmanager
def read() -> Iterator[Session]:
    """Give a reading session of the current app's database."""
    with of().read() as session:
        yield session


@contextmanager
def glance() -> Iterator[Connection]:
    """Give a connection of the current app's database for a single prepared statement."""
    with of().glance() as connection:
        yield connection


def write(action: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Run the action in a transaction of the current app's database; see Database.write."""
    return of().write(action, *args, **kwargs)
