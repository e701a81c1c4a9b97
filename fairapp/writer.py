"""Group commit: one thread writes for the whole process and commits what has queued together.

Each call of a group runs within a savepoint, so that one refused booking leaves its neighbours alone; the fsync is shared.
`pending` of a call's session collects what must be the last write of the transaction (the numbered news), see
`live/actions.py`.
"""

import os
import queue
import random
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from fairapp import prepared
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


class Call:
    """One action waiting for its turn, and what came of it.

    Two plain locks stand in for a Future, which takes some tenth of a booking: one is taken by whoever is first to begin
    the call or to give it up, the other is let go when it is done.
    """

    __slots__ = ("_done", "_taken", "action", "args", "error", "kwargs", "origin", "result", "tries")

    def __init__(
        self, action: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], origin: Any = None
    ) -> None:
        self.action, self.args, self.kwargs, self.origin = action, args, kwargs, origin
        self.result: Any = None
        self.error: BaseException | None = None
        self.tries = 0
        self._taken, self._done = threading.Lock(), threading.Lock()
        self._done.acquire()

    def take(self) -> bool:
        """Begin the call, or give it up; False if somebody did before."""
        return self._taken.acquire(blocking=False)

    def wait(self, seconds: float) -> bool:
        """Wait until it is done; False if that takes longer."""
        return self._done.acquire(timeout=seconds)

    def answer(self, result: Any = None, error: BaseException | None = None) -> None:
        """Say what came of it to who waits."""
        self.result, self.error = result, error
        self._done.release()


def lost_race(error: BaseException) -> bool:
    """Whether running the same again is the remedy."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state in LOST_RACE or "database is locked" in str(error.orig)


def together(action: Callable[..., Any], many: Callable[[Session, list[Any]], Sequence[Any]]) -> None:
    """Let calls of the action that have queued be served by `many`, which is given the arguments of each in order.

    It returns what each returns, and None for a call that it leaves to the action itself.
    """
    MANY[action] = many


MANY: dict[Callable[..., Any], Callable[[Session, list[Any]], Sequence[Any]]] = {}

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

    def run(self, action: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], origin: Any = None) -> Any:
        """Queue the action, wait until it is committed, and return its result or raise its error.

        `origin` says from where the write comes; the action's session has it in `info`, for the trace.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("an action calls other actions with its own session, never db.write")
        self._ensure_started()
        call = Call(action, args, kwargs, origin)
        self._queue.put(call)
        # Once in hand it will be known soon what became of it; given up before, it never begins.
        if not call.wait(self.patience) and (call.take() or not call.wait(self.patience)):
            raise Busy
        if call.error is not None:
            raise call.error
        return call.result

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
        return [call for call in group if call.take()]

    def _alone(self, call: Call) -> None:
        """Run a call that lost a race again, by itself, a few times."""
        while True:
            call.tries += 1
            if call.tries > MOST_TRIES:
                call.answer(error=Busy())
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
                        if transaction.is_active:
                            transaction.rollback()  # nothing to keep
                        self._check_usable(connection)
                        return self._answer(answers)
                    if not transaction.is_active:
                        raise RuntimeError("an action went on after the database had refused a row of its session")
                    self._end(connection, pending)
            except BaseException as error:  # the transaction as a whole failed: nothing of it is on disk
                # A connection with a statement still open refuses every later commit on SQLite: a fresh one does not.
                connection.invalidate()
                return self._failed(group, error)
        return self._answer(answers)

    def _check_usable(self, connection: Connection) -> None:
        """Give the connection up if a refused call left a statement open on it: SQLite would refuse what comes next."""
        if connection.dialect.name == "sqlite":
            try:
                prepared.run(connection, "SAVEPOINT probe")
                prepared.run(connection, "RELEASE probe")
            except OperationalError:
                connection.invalidate()

    def _run(self, connection: Connection, group: list[Call]) -> tuple[list[Answer], list[Any]]:
        self._patience(connection, GROUP_LOCK_TIMEOUT if len(group) > 1 else ALONE_LOCK_TIMEOUT)
        pending: list[Any] = []
        if len(group) == 1:
            return [(group[0], *self._only(connection, group[0], pending))], pending
        served = self._together(connection, group, pending)
        rest = (call for call in group if call not in served)
        answers = [(call, *self._one(connection, call, pending)) for call in rest]
        return [*((call, result, None) for call, result in served.items()), *answers], pending

    def _together(self, connection: Connection, group: list[Call], pending: list[Any]) -> dict[Call, Any]:
        """Serve calls of the same action together where there is a way; return those served with their results."""
        alike: dict[Callable[..., Any], list[Call]] = {}
        for call in group:
            if call.action in MANY and not call.kwargs:
                alike.setdefault(call.action, []).append(call)
        served: dict[Call, Any] = {}
        for action, calls in alike.items():
            if len(calls) > 1:
                both = Call(MANY[action], [[call.args for call in calls]], {})
                results, error = self._one(connection, both, pending)
                if error is None:
                    served |= {call: found for call, found in zip(calls, results, strict=True) if found is not None}
        return served

    def _end(self, connection: Connection, pending: list[Any]) -> None:
        if pending:
            # Counters are taken last and in order, so waiting for them cannot close a circle.
            self._patience(connection, ALONE_LOCK_TIMEOUT)
            for write in self.last_writes:
                write(connection, pending)

    def _patience(self, connection: Connection, statement: str) -> None:
        if connection.dialect.name == "postgresql":
            prepared.run(connection, statement)

    def _one(self, connection: Connection, call: Call, pending: list[Any]) -> tuple[Any, BaseException | None]:
        """Run one call of several within a savepoint; return its result or the error that undid it."""
        prepared.run(connection, "SAVEPOINT call")
        result, error = self._only(connection, call, pending)
        if error is not None:
            prepared.run(connection, "ROLLBACK TO call")
        prepared.run(connection, "RELEASE call")
        return result, error

    def _only(self, connection: Connection, call: Call, pending: list[Any]) -> tuple[Any, BaseException | None]:
        """Run one call; return its result or the error after which the caller undoes what it wrote."""
        told: list[Any] = []
        # The transaction is the writer's: the session neither begins nor ends it. Rows added to the session that the
        # database refuses end it all the same, and then the whole group runs again, each by itself.
        with Session(
            connection,
            join_transaction_mode="rollback_only",
            expire_on_commit=False,
            info={"pending": told, "origin": call.origin},
        ) as session:
            try:
                result = call.action(session, *call.args, **call.kwargs)
                session.flush()
            except BaseException as error:
                if isinstance(error, DBAPIError) and error.connection_invalidated:
                    raise
                return None, error
        pending.extend(told)
        return result, None

    def _answer(self, answers: list[Answer]) -> list[Call]:
        again = []
        for call, result, error in answers:
            if error is None:
                call.answer(result)
            elif lost_race(error):
                again.append(call)
            else:
                call.answer(error=error)
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
            call.answer(error=Busy() if isinstance(error, OperationalError) else error)
        return []
