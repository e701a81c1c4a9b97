"""Statements given to the driver: they say the same as SQLAlchemy's own way, and fail like it."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import bindparam, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from fairapp import db
from fairapp.accounts.models import Account
from fairapp.live.models import News, NewsCounter
from fairapp.prepared import MOST_ROWS, Prepared, in_parts, prepared
from tests import factories
from tests.conftest import BOTH
from tests.counting import counted
from tests.factories import NOW


@prepared
def accounts_named(dialect: str) -> Any:
    """Select accounts."""
    return select(Account.id, Account.name, Account.is_admin, Account.created_at, Account.disabled_at).where(
        Account.name == bindparam("name"), Account.created_at >= bindparam("since"), Account.language == "ko"
    )


@prepared
def add_news(dialect: str) -> Any:
    """Write a row with a document in it."""
    columns = {name: bindparam(name) for name in ("fair_id", "seq", "kind", "at", "data")}
    return insert(News).values(columns).returning(News.data, News.at)


def test_it_says_the_same_as_sqlalchemy(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    seoul = timezone(timedelta(hours=9))
    moment = datetime(2026, 11, 24, 14, 20, 0, 7, seoul)
    database.write(lambda session: factories.make_seeker(session, name="정한별", created_at=moment).id)
    with database.read() as session:
        values = {"name": "정한별", "since": moment}
        [row] = accounts_named.all(session, values)
        plain = session.execute(accounts_named._make("any"), values).one()
    assert tuple(row) == tuple(plain)
    assert (row.created_at, row.created_at.tzinfo, row.is_admin) == (moment, UTC, False)
    with database.glance() as connection:
        assert accounts_named.scalar(connection, values) == row.id
        assert accounts_named.first(connection, {**values, "since": moment + timedelta(microseconds=1)}) is None


def test_documents_and_moments_come_back_as_they_went(app_on_both: Flask) -> None:
    def act(session: Any) -> Any:
        fair = factories.make_fair(session)
        values = {"fair_id": fair.id, "seq": 9, "kind": "notice", "at": NOW, "data": {"글": ["가", None, 1.5]}}
        return add_news.first(session, values)

    row = db.of(app_on_both).write(act)
    assert (row.data, row.at) == ({"글": ["가", None, 1.5]}, NOW)


def test_a_naive_time_is_refused(app_on_both: Flask) -> None:
    with db.of(app_on_both).read() as session, pytest.raises(ValueError, match="naive"):
        accounts_named.all(session, {"name": "x", "since": NOW.replace(tzinfo=None)})


def test_a_missing_value_is_an_error_and_not_nothing(app_on_both: Flask) -> None:
    with db.of(app_on_both).read() as session, pytest.raises(KeyError):
        accounts_named.all(session, {"name": "x"})


def test_a_list_of_unknown_length_cannot_be_prepared(app: Flask) -> None:
    some = Prepared(lambda dialect: select(Account.id).where(Account.id.in_(bindparam("ids", expanding=True))))
    with db.of(app).read() as session, pytest.raises(TypeError, match="length"):
        some.all(session, {"ids": [1, 2]})


def test_a_statement_without_rows_returns_none(app_on_both: Flask) -> None:
    gone = Prepared(lambda dialect: delete(NewsCounter).where(NewsCounter.fair_id == bindparam("fair")))
    assert db.of(app_on_both).write(lambda session: gone.all(session, {"fair": 1})) == []


def test_the_drivers_errors_rise_as_sqlalchemys(app_on_both: Flask) -> None:
    nobody = Prepared(lambda dialect: insert(NewsCounter).values(fair_id=bindparam("fair"), seq=0, oldest=1))
    with pytest.raises(IntegrityError, match="INSERT INTO news_counter"):
        db.of(app_on_both).write(lambda session: nobody.all(session, {"fair": 777}))


def test_a_reading_connection_refuses_to_write(app_on_both: Flask) -> None:
    change = Prepared(lambda dialect: update(Account).where(Account.id == bindparam("id_")).values(name="x"))
    with pytest.raises(Exception, match="readonly|read-only"), db.of(app_on_both).glance() as connection:
        change.all(connection, {"id_": 1})


@pytest.mark.parametrize("app_on_both", BOTH[1:], indirect=True)
def test_a_lost_connection_is_given_up_and_the_next_one_works(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    values = {"name": "x", "since": NOW}
    with database.glance() as connection:
        mine = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with database.read() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": mine})
        with pytest.raises(OperationalError) as caught:
            accounts_named.all(connection, values)
        assert caught.value.connection_invalidated
    with database.glance() as connection:
        assert accounts_named.all(connection, values) == []


def test_it_is_counted_like_any_other_statement(app: Flask) -> None:
    with counted(app) as count, db.of(app).glance() as connection:
        accounts_named.all(connection, {"name": "x", "since": NOW})
    assert int(count) == 1


@given(st.lists(st.integers(), max_size=300))
def test_parts_hold_every_row_once_in_order_and_have_few_lengths(rows: list[int]) -> None:
    parts = [list(part) for part in in_parts(rows)]
    assert [row for part in parts for row in part] == rows
    assert {len(part) for part in parts} <= {MOST_ROWS, 8, 4, 2, 1}
    assert len(parts) <= len(rows) // MOST_ROWS + 4
