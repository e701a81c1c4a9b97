"""Group commit: one thread writes for the whole process and commits what has queued together.

Each call runs within a savepoint, so that one refused booking leaves its neighbours alone; the fsync is shared. `pending`
of a call's session collects what must be the last write of the transaction (the numbered news), see `live/actions.py`.
"""

import os
import queue
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from functools import cache
from typing import Any

import structlog
from sqlalchemy import Engine, Insert, insert, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from fairapp.errors import Busy

log = structlog.get_logger()

MOST_TOGETHER = 256
MOST_TRIES = 6
PATIENCE = 30.0  # seconds a caller waits for its commit
# PostgreSQL: deadlock, serialisation failure, lock not available in time. The loser may simply run again.
LOST_RACE = {"40P01", "40001", "55P03"}
# Several bookings share a transaction, so two processes could wait for each other in a circle. Whoever waits longer than this
# within a group gives way, is undone to its savepoint, and runs alone afterwards, where sorted claims cannot deadlock.
GROUP_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '60ms'"
ALONE_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

LastWrites = Callable[[Connection, list[Any]], None]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an append-only table that nobody reads before the transaction ends."""

    table: Any
    values: dict[str, Any]


def append(session: Session, table: Any, values: dict[str, Any]) -> None:
    """Put a row of an append-only table at the end of the transaction, where a group's rows go in together."""
    session.info["pending"].append(Row(table, values))


def write_rows(connection: Connection, pending: list[Any]) -> None:
    """Write the appended rows of a transaction, a statement a table."""
    tables: dict[Any, list[dict[str, Any]]] = {}
    for item in pending:
        if isinstance(item, Row):
            tables.setdefault(item.table, []).append(item.values)
    for table, rows in tables.items():
        connection.execute(_insert_into(table), rows)


@cache
def _insert_into(table: Any) -> Insert:
    return insert(table)


class Call:
    """One action waiting for its turn."""

    __slots__ = ("action", "args", "future", "kwargs", "tries")

    def __init__(self, action: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        self.action, self.args, self.kwargs = action, args, kwargs
        self.future: Future[Any] = Future()
        self.tries = 0


def lost_race(error: BaseException) -> bool:
    """Whether running the same again is the remedy."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state in LOST_RACE or "database is locked" in str(error.orig)


Answer = tuple[Call, Any, BaseException | None]  # a call with its result, or the error that undid it


class Writer:
    """The writing thread of one process; started by the first write, so that a forked child has its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.last_writes: list[LastWrites] = []  # run at the end of each transaction with all that is pending
        self.patience = PATIENCE
        self.after_commit: list[Callable[[], None]] = []  # told that something new is on disk
        self._queue: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None
        self._pid = 0

    def run(self, action: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Queue the action, wait until it is committed, and return its result or raise its error."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("an action calls other actions with its own session, never db.write")
        self._ensure_started()
        call = Call(action, args, kwargs)
        self._queue.put(call)
        try:
            return call.future.result(self.patience)
        except FutureTimeout as error:
            if call.future.cancel():  # not begun: it never will be
                raise Busy() from error
        # In hand by now: what becomes of it will be known soon.
        try:
            return call.future.result(self.patience)
        except FutureTimeout as error:
            raise Busy() from error

    def stop(self) -> None:
        """Let what has queued finish, then end the thread."""
        if self._thread is not None and self._pid == os.getpid():
            self._queue.put(None)
            self._thread.join(PATIENCE)
            self._thread = None

    def _ensure_started(self) -> None:
        if self._thread is not None and self._pid == os.getpid():
            return
        with self._start:
            if self._thread is None or self._pid != os.getpid():
                self._queue, self._pid = queue.SimpleQueue(), os.getpid()
                self._thread = threading.Thread(target=self._serve, name="writer", daemon=True)
                self._thread.start()

    def _serve(self) -> None:
        while True:
            group = self._next_group()
            if group is None:
                return
            again = self._commit(group)
            for call in again:
                self._alone(call)

    def _next_group(self) -> list[Call] | None:
        first = self._queue.get()
        if first is None:
            return None
        group = [first]
        while len(group) < MOST_TOGETHER:
            try:
                call = self._queue.get_nowait()
            except queue.Empty:
                break
            if call is None:
                self._queue.put(None)
                break
            group.append(call)
        # Whoever has given up waiting was told that nothing was changed.
        return [call for call in group if call.future.set_running_or_notify_cancel()]

    def _alone(self, call: Call) -> None:
        """Run a call that lost a race again, by itself, a few times."""
        while True:
            call.tries += 1
            if call.tries > MOST_TRIES:
                call.future.set_exception(Busy())
                return
            if not self._commit([call]):
                return
            time.sleep(random.uniform(0.001, 0.01) * call.tries)  # noqa: S311 - spreads retries, guards nothing

    def _commit(self, group: list[Call]) -> list[Call]:
        """Run the group in one transaction and answer each; return the calls that are to run again, alone."""
        with self.engine.connect() as connection:
            try:
                with connection.begin() as transaction:
                    answers, pending = self._run(connection, group)
                    if all(error is not None for _, _, error in answers):
                        transaction.rollback()  # nothing to keep
                        self._check_usable(connection)
                        return self._answer(answers)
                    self._end(connection, pending)
            except BaseException as error:  # the transaction as a whole failed: nothing of it is on disk
                # A connection with a statement still open refuses every later commit on SQLite: a fresh one does not.
                connection.invalidate()
                return self._failed(group, error)
        return self._answer(answers)

    def _check_usable(self, connection: Connection) -> None:
        """Give the connection up if a refused call left a statement open on it: SQLite would refuse what comes next."""
        if connection.dialect.name == "sqlite":
            raw = connection.connection.dbapi_connection
            try:
                raw.execute("SAVEPOINT probe")  # type: ignore[union-attr]  # sqlite3's own connection
                raw.execute("RELEASE probe")  # type: ignore[union-attr]
            except sqlite3.OperationalError:
                connection.invalidate()

    def _run(self, connection: Connection, group: list[Call]) -> tuple[list[Answer], list[Any]]:
        self._patience(connection, GROUP_LOCK_TIMEOUT if len(group) > 1 else ALONE_LOCK_TIMEOUT)
        pending: list[Any] = []
        return [(call, *self._one(connection, call, pending)) for call in group], pending

    def _end(self, connection: Connection, pending: list[Any]) -> None:
        if pending:
            # Counters are taken last and in order, so waiting for them cannot close a circle.
            self._patience(connection, ALONE_LOCK_TIMEOUT)
            for write in self.last_writes:
                write(connection, pending)

    def _patience(self, connection: Connection, statement: str) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(text(statement))

    def _one(self, connection: Connection, call: Call, pending: list[Any]) -> tuple[Any, BaseException | None]:
        """Run one call within a savepoint; return its result or the error that undid it."""
        session = Session(
            connection, join_transaction_mode="create_savepoint", expire_on_commit=False, info={"pending": []}
        )
        try:
            result = call.action(session, *call.args, **call.kwargs)
            session.commit()
        except BaseException as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            session.rollback()
            return None, error
        finally:
            session.close()
        pending.extend(session.info["pending"])
        return result, None

    def _answer(self, answers: list[Answer]) -> list[Call]:
        again = []
        for call, result, error in answers:
            if error is None:
                call.future.set_result(result)
            elif lost_race(error):
                again.append(call)
            else:
                call.future.set_exception(error)
        if any(error is None for _, _, error in answers):
            for told in self.after_commit:
                told()
        return again

    def _failed(self, group: list[Call], error: BaseException) -> list[Call]:
        """Return the group for another try if nothing of it can be on disk; otherwise tell every caller."""
        known_undone = isinstance(error, DBAPIError) and not error.connection_invalidated
        if known_undone and (len(group) > 1 or lost_race(error)):
            return group
        log.warning("write_failed", error=str(error), calls=len(group))
        for call in group:
            call.future.set_exception(Busy() if isinstance(error, OperationalError) else error)
        return []
