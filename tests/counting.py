"""Counting the statements that a request sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import event

from fairapp import db

BOOKKEEPING = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET LOCAL")


@dataclass
class Counted:
    """The statements sent so far, without those that only begin and end transactions."""

    statements: list[str] = field(default_factory=list)

    def __int__(self) -> int:
        return len(self.statements)

    def __eq__(self, other: object) -> bool:
        return int(self) == (int(other) if isinstance(other, Counted) else other)

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return "\n".join([f"{len(self.statements)} statements", *self.statements])


@contextmanager
def counted(app: Flask) -> Iterator[Counted]:
    """Count what the app reads and writes meanwhile: `with counted(app) as count: …; int(count)`."""
    count = Counted()

    def seen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(BOOKKEEPING):
            count.statements.append(statement)

    database = db.of(app)
    engines = (database.read_engine, database.write_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", seen)
    try:
        yield count
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", seen)
