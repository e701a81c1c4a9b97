"""Statements that run for every request or booking: compiled once for each kind of database, then given to the driver.

SQLAlchemy writes the SQL and knows how each value is bound and read; its own way of running a statement, good for all the
rest, costs several times what the database needs for these. Figures: docs/decisions.md.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Delete, Insert, Select, Update, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Statement = Select[Any] | Insert | Update | Delete
Reader = Callable[[Any], Any]
T = TypeVar("T")
MOST_ROWS = 16  # of one statement


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as one kind of database takes it."""

    sql: str
    names: tuple[str, ...]  # of the values, in the order in which the driver takes them; a name may come twice
    fixed: Mapping[str, Any]  # values that the statement itself holds
    binders: Mapping[str, Reader]
    by_name: bool
    row: Callable[..., Any]
    readers: tuple[tuple[int, Reader], ...]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """Return the values as the driver takes them; KeyError for one that is missing."""
        binders = self.binders
        given = {**self.fixed, **values} if self.fixed else values
        bound = [binders[name](given[name]) if name in binders else given[name] for name in self.names]
        return dict(zip(self.names, bound, strict=True)) if self.by_name else bound

    def read(self, found: Sequence[Any]) -> Any:
        """Return a row with its columns by name."""
        values = list(found)
        for n, reader in self.readers:
            values[n] = reader(values[n])
        return self.row(*values)


class Prepared:
    """A statement made by a function of the dialect's name (`sqlite`, `postgresql`); its values are named parameters."""

    def __init__(self, make: Callable[[str], Statement]) -> None:
        self._make = make
        self._forms: dict[str, _Form] = {}
        self.__doc__ = make.__doc__

    def all(self, on: Session | Connection, values: Mapping[str, Any]) -> list[Any]:
        """Run it and return its rows, the columns by name; DBAPIError as SQLAlchemy raises it."""
        connection = on.connection() if isinstance(on, Session) else on
        form = self._forms.get(connection.dialect.name) or self._form(connection.dialect)
        found = run(connection, form.sql, form.parameters(values))
        return [form.read(row) for row in found]

    def first(self, on: Session | Connection, values: Mapping[str, Any]) -> Any:
        """Run it and return its first row, or None."""
        rows = self.all(on, values)
        return rows[0] if rows else None

    def scalar(self, on: Session | Connection, values: Mapping[str, Any]) -> Any:
        """Run it and return the first column of its first row, or None."""
        rows = self.all(on, values)
        return rows[0][0] if rows else None

    def many(self, on: Session | Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it for each of many rows of values; nothing is returned."""
        connection = on.connection() if isinstance(on, Session) else on
        form = self._forms.get(connection.dialect.name) or self._form(connection.dialect)
        _send(connection, form.sql, [form.parameters(row) for row in rows], many=True)

    def _form(self, dialect: Dialect) -> _Form:
        statement = self._make(dialect.name)
        compiled = statement.compile(dialect=dialect)
        if getattr(compiled, "insert_prefetch", ()):
            raise TypeError("a column is left to its default: name every column")
        binds: Mapping[str, BindParameter[Any]] = compiled.binds
        if compiled.post_compile_params:
            raise TypeError("a list of values has no fixed length: it cannot be prepared")
        names = tuple(compiled.positiontup or binds)
        processors = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds.items()}
        columns = list(statement.exported_columns)
        read = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        form = _Form(
            sql=str(compiled),
            names=names,
            fixed={name: bind.value for name, bind in binds.items() if not bind.required},
            binders={name: bind for name, bind in processors.items() if bind is not None},
            by_name=not compiled.positional,
            row=namedtuple("Row", [str(column.key) for column in columns]),
            readers=tuple((n, reader) for n, reader in enumerate(read) if reader is not None),
        )
        self._forms[dialect.name] = form
        return form


def prepared(make: Callable[[str], Statement]) -> Prepared:
    """Make the function that returns a statement for a dialect a prepared statement."""
    return Prepared(make)


def in_parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut rows into parts of 16, 8, 4, 2 and 1: statements of many rows then have five lengths, each prepared once."""
    done, size = 0, MOST_ROWS
    while done < len(rows):
        if len(rows) - done >= size:
            yield rows[done : done + size]
            done += size
        else:
            size //= 2


@cache
def insert_into(table: Any, columns: tuple[str, ...], *, skip: bool = False) -> Prepared:
    """Return the statement that inserts a row of these columns; with `skip` not one that is there already."""

    def make(dialect: str) -> Insert:
        kind = postgresql if dialect == "postgresql" else sqlite
        statement = kind.insert(table).values({name: bindparam(name) for name in columns})
        return statement.on_conflict_do_nothing() if skip else statement

    return Prepared(make)


def run(connection: Connection, sql: str, parameters: Any = ()) -> list[Any]:
    """Give SQL to the driver within the connection's transaction and return the rows as the driver has them.

    The driver's errors rise as SQLAlchemy's; a connection that is lost is given up.
    """
    return _send(connection, sql, parameters)


def _send(connection: Connection, sql: str, parameters: Any, *, many: bool = False) -> list[Any]:
    raw: Any = connection.connection.dbapi_connection
    dialect = connection.dialect
    driver: Any = dialect.loaded_dbapi
    # Whoever listens to what SQLAlchemy sends hears of this too.
    connection.dispatch.before_cursor_execute(connection, None, sql, parameters, None, many)
    try:
        if many:
            raw.cursor().executemany(sql, parameters)
            return []
        cursor = raw.execute(sql, parameters) if parameters else raw.execute(sql)
        return cursor.fetchall() if cursor.description else []
    except driver.Error as error:
        gone = dialect.is_disconnect(error, raw, None)
        if gone:
            connection.invalidate(error)
        raise DBAPIError.instance(
            sql, None, error, driver.Error, hide_parameters=True, connection_invalidated=gone, dialect=dialect
        ) from error
