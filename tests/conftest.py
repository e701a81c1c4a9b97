"""What every test may use: a fresh database, the app on it, and a client."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, request_started
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url

from fairapp import config, create_app, db, wiring
from fairapp.cli import alembic_config
from tests.servers import PostgresServer

pytest_plugins = ["tests.programs"]

BOTH = ("sqlite", "postgresql")
# Apps of tests that are over: making one (200 routes) and compiling its templates takes longer than most tests.
# What a test may change of one, its settings, its database and its other extensions, is as it was.
SPARE: list[Flask] = []
# Statements that tests before have compiled, by kind of database and engine: that is a good part of a short test.
COMPILED: dict[tuple[str, str], tuple[Any, Any]] = {}


def settings_for(url: str, **changes: str) -> config.Settings:
    """Return the settings of a test app."""
    given = {"DATABASE_URL": url, "FAIRAPP_ENV": "development", "RATE_LIMITS": "off"}
    return config.load({**given, "SECRET_KEY": "a key for tests only", "MAIL_URL": "file:/dev/null", **changes})


@pytest.fixture(scope="session", autouse=True)
def compiled_translations() -> None:
    """Compile the translations that changed, as bootstrap.py does, for those who call pytest alone."""
    for po in (config.ROOT / "translations").glob("*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            made = mo.with_suffix(f".{os.getpid()}.mo")  # whole at once: other workers may be reading
            with po.open("rb") as source, made.open("wb") as target:
                write_mo(target, read_po(source))
            made.replace(mo)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an SQLite file with the present schema, to be copied."""
    path = tmp_path_factory.mktemp("schema") / "fairapp.db"
    command.upgrade(alembic_config(f"sqlite:///{path}"), "head")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> str:
    """Return the name of a PostgreSQL database with the present schema, to be copied."""

    def prepare(url: str) -> None:
        command.upgrade(alembic_config(psycopg(url)), "head")

    return postgres_server.template("migrated", prepare)


def psycopg(url: str) -> str:
    """Return the URL with the driver's name, as config.load would make it."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """Return the URL of a fresh SQLite database."""
    shutil.copy(migrated_sqlite, tmp_path / "fairapp.db")
    return f"sqlite:///{tmp_path / 'fairapp.db'}"


@pytest.fixture
def make_url_of(request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    """Return a function that gives the URL of a fresh, migrated database of the kind asked for."""
    lent = []

    def url_of(kind: str) -> str:
        if kind == "sqlite":
            return str(request.getfixturevalue("sqlite_url"))
        server: PostgresServer = request.getfixturevalue("postgres_server")
        context = server.database(template=request.getfixturevalue("migrated_postgres"))
        lent.append(context)
        return context.__enter__()

    yield url_of
    for context in lent:
        context.__exit__(None, None, None)


@pytest.fixture
def app(sqlite_url: str) -> Iterator[Flask]:
    """Return the app on a fresh SQLite database, within its context."""
    yield from _running(settings_for(sqlite_url))


@pytest.fixture(params=BOTH)
def app_on_both(request: pytest.FixtureRequest, make_url_of: Callable[[str], str]) -> Iterator[Flask]:
    """Return the app on a fresh database; the test runs on SQLite and on PostgreSQL."""
    yield from _running(settings_for(make_url_of(request.param)))


def _running(settings: config.Settings) -> Iterator[Flask]:
    made = SPARE.pop() if SPARE else create_app(settings)
    before = dict(made.config), dict(made.extensions)
    made.config.update(SETTINGS=settings, TESTING=True, WTF_CSRF_ENABLED=False)
    if made.extensions["fairapp.db"].url != make_url(settings.database_url):
        made.extensions["fairapp.db"] = db.Database(settings.database_url, readers=settings.threads)
        _keep_compiled(made.extensions["fairapp.db"])
        wiring.connect(made)
    request_started.connect(_forget_the_request_before, made)
    with made.app_context():
        yield made
    db.of(made).close()
    for now, then in zip((made.config, made.extensions), before, strict=True):
        now.clear()
        now.update(then)
    SPARE.append(made)


def _keep_compiled(database: db.Database) -> None:
    """Let the engines use what was compiled for the databases of tests before: the dialect is a part of the key."""
    for name in ("write_engine", "read_engine"):
        engine = getattr(database, name)
        kept = COMPILED.setdefault((engine.dialect.name, name), (engine.dialect, engine._compiled_cache))
        engine.dialect, engine._compiled_cache = kept


def _forget_the_request_before(_app: Flask, **_: object) -> None:
    """Empty `g`: a server gives each request its own, but within the test's context all requests share one."""
    g.__dict__.clear()


@pytest.fixture
def database(app: Flask) -> db.Database:
    """Return the app's database."""
    return db.of(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser-like client of the app."""
    return app.test_client()
