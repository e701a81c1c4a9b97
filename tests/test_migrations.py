"""The migrations: up, down and up again on both databases, and the schema they make is that of the models."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, select, text
from sqlalchemy.orm import Session

from fairapp import cli
from fairapp.booths.models import Listing
from fairapp.booths.rules import legal_until
from fairapp.db import Base
from tests.conftest import BOTH, psycopg


@pytest.fixture(params=BOTH)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Engine]]:
    """Return the URL of an empty database, and an engine to look into it."""
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    if request.param == "postgresql":
        url = psycopg(request.getfixturevalue("postgres_url"))
    engine = create_engine(url)
    yield url, engine
    engine.dispose()


def schema(engine: Engine) -> dict[str, Any]:
    """Return everything about every table that can be seen from outside."""
    found = inspect(engine)

    def said(row: Any) -> str:
        return json.dumps(row, default=str, sort_keys=True)

    def ordered(rows: Any) -> list[str]:
        return sorted(said(row) for row in rows)

    # Of all tables at once: one by one takes a second on PostgreSQL.
    parts: dict[str, Any] = {
        "columns": found.get_multi_columns(),  # a dropped one comes back at the end
        "primary key": found.get_multi_pk_constraint(),
        "foreign keys": found.get_multi_foreign_keys(),
        "unique": found.get_multi_unique_constraints(),
        "checks": found.get_multi_check_constraints(),
        "indexes": found.get_multi_indexes(),
    }
    return {
        name: {
            part: said(rows[None, name]) if part == "primary key" else ordered(rows[None, name])
            for part, rows in parts.items()
        }
        for name in sorted(found.get_table_names())
        if name != "alembic_version"
    }


def other_things(engine: Engine) -> set[str]:
    """Return what is left in the database beside tables: views, triggers, functions, sequences."""
    if engine.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    else:
        query = """
            SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
            UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            UNION SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace"""
    with engine.connect() as connection:
        return {name for name in connection.scalars(text(query)) if "alembic_version" not in name}


def test_up_step_by_step_down_and_up_again(empty: tuple[str, Engine]) -> None:
    url, engine = empty
    config = cli.alembic_config(url)
    steps = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions("base", "head")][::-1]
    seen: list[Any] = []
    for step in steps:
        seen.append((schema(engine), other_things(engine)))
        command.upgrade(config, step)
    whole = schema(engine), other_things(engine)
    assert {"time_claim", "booking", "news", "outbox"} <= set(whole[0])
    for before in reversed(seen):
        command.downgrade(config, "-1")
        assert (schema(engine), other_things(engine)) == before
    assert before == ({}, set())
    command.upgrade(config, "head")
    assert (schema(engine), other_things(engine)) == whole


def test_the_migrated_schema_is_that_of_the_models(make_url_of: Callable[[str], str], kind: str) -> None:
    url = make_url_of(kind)
    engine = create_engine(psycopg(url) if kind == "postgresql" else url)
    # Written by hand in a migration of its own, since no model describes it: the full-text index.
    searched = {name for name in inspect(engine).get_table_names() if name.startswith("listing_search")}

    def compared(_thing: Any, name: str | None, sort: str, reflected: bool, _other: Any) -> bool:
        return not (
            reflected and sort in ("table", "index") and name is not None and name.split("_words")[0] in searched
        )

    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_object": compared}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    engine.dispose()
    assert found == []


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    """Return each kind of database."""
    return str(request.param)


def test_models_and_migrations_agree_on_checks_too(make_url_of: Callable[[str], str], tmp_path: Path) -> None:
    """Alembic does not compare CHECKs: here the tables made from the models are put beside the migrated ones."""
    migrated, made = create_engine(make_url_of("sqlite")), create_engine(f"sqlite:///{tmp_path / 'made.db'}")
    Base.metadata.create_all(made)
    there, wanted = schema(migrated), schema(made)
    for table, parts in wanted.items():
        for part in ("checks", "unique", "indexes", "foreign keys", "primary key"):
            assert there[table][part] == parts[part], (table, part)
    migrated.dispose()
    made.dispose()


# Salary a period and hours a week, the year that begins without a legal wage, and whether it was legal in 2026.
WAGES: list[tuple[int | None, int | None, str | None, int, int | None, bool]] = [
    (None, None, None, 40, None, True),
    (10_319, None, "hour", 40, 2026, False),
    (10_320, 20_000, "hour", 40, 2027, True),
    (None, 10_700, "hour", 14, None, True),
    (2_152_457, None, "month", 40, 2026, False),
    (2_152_458, None, "month", 40, 2027, True),
    (25_829_486, None, "year", 40, 2027, True),
    (42_000_000, None, "year", 80, 2022, False),
    (1, None, "hour", 40, 2015, False),
]


def _old_listings(connection: Connection) -> None:
    """Write a listing for each of the wages as the first migration has them, open from 2026-11-20 to 2026-12-20."""
    if connection.dialect.name == "postgresql":
        for constraint in ("fk_listing_booth_id_booth", "fk_listing_fair_id_fair"):  # no booth is needed
            connection.execute(text(f"ALTER TABLE listing DROP CONSTRAINT {constraint}"))
    plain = dict.fromkeys(("title", "title_en", "description", "occupation_text", "workplace", "url"), "")
    plain |= {"experience": "any", "education": "any", "skills": "[]"}
    numbers = {"fair_id": 1, "booth_id": 1, "headcount": 1, "filled": 0, "experience_years": 0, "rev": 1}
    times = {"opens_at": "2026-11-20 00:00:00.000000", "closes_at": "2026-12-20 00:00:00.000000"}
    for low, high, period, hours, _, legal in WAGES:
        wage = {"salary_min": low, "salary_max": high, "salary_period": period, "hours_per_week": hours}
        row = plain | numbers | times | {"created_at": times["opens_at"], "legal_wage": legal} | wage
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO listing ({names}) VALUES ({values})"), row)


def test_old_listings_learn_until_when_their_wage_is_legal_and_forget_it_again(empty: tuple[str, Engine]) -> None:
    url, engine = empty
    config = cli.alembic_config(url)
    command.upgrade(config, "2026_11_22_search")
    with engine.begin() as connection:
        _old_listings(connection)
    with time_machine.travel(datetime(2026, 11, 26, tzinfo=UTC), tick=False):
        command.upgrade(config, "2026_11_26_listing")
        with Session(engine) as session:
            rows = session.execute(select(Listing.legal_until, Listing.shown).order_by(Listing.id)).all()
        command.downgrade(config, "2026_11_22_search")
    expected = [year and datetime(year - 1, 12, 31, 15, tzinfo=UTC) for *_, year, _ in WAGES]
    assert [row.legal_until for row in rows] == expected
    assert expected == [legal_until(high if low is None else low, *told[:2]) for low, high, *told in WAGES]
    assert [row.shown for row in rows] == [legal for *_, legal in WAGES]
    with engine.connect() as connection:
        kept = connection.scalars(text("SELECT legal_wage FROM listing ORDER BY id"))
        assert [bool(one) for one in kept] == [legal for *_, legal in WAGES]
