"""The commands: flask --app run …"""

import os
import signal
import sys
import threading

import click
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from sqlalchemy.exc import OperationalError

from fairapp import clock, config, db, schedule
from fairapp.errors import AppError
from fairapp.fairs import queries as fair_queries
from fairapp.live import hub as live
from fairapp.outcomes import actions as outcome_actions
from fairapp.outcomes import queries as outcomes
from fairapp.outcomes.forms import as_of_local


def alembic_config(url: str) -> Config:
    """Return Alembic's configuration for a database."""
    made = Config()
    made.set_main_option("script_location", str(config.ROOT / "fairapp" / "migrations"))
    made.attributes["url"] = url
    return made


@click.command()
def migrate() -> None:
    """Bring the database to the present schema."""
    url = db.of().url.render_as_string(hide_password=False)
    config.INSTANCE.mkdir(exist_ok=True)
    command.upgrade(alembic_config(url), "head")


def is_migrated(url: str) -> bool:
    """Whether the database has the present schema."""
    head = ScriptDirectory.from_config(alembic_config(url)).get_current_head()
    database = db.Database(url)
    try:
        with database.read_engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() == head
    except OperationalError:
        return False
    finally:
        database.close()


def need_postgresql(command_name: str) -> None:
    """End with a sentence where SQLite is used."""
    if current_app.config["SETTINGS"].sqlite:
        raise click.ClickException(
            f"`{command_name}` needs PostgreSQL (DATABASE_URL): with SQLite the web process, python run.py, "
            "has the scheduler and the sockets, and nothing else may serve that database."
        )


@click.command()
def work() -> None:
    """Run the scheduler: letters, holds, phases. Several may run; one leads and the others wait."""
    need_postgresql("work")
    stop = threading.Event()
    for sent in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sent, lambda *_: stop.set())
    schedule.lead(current_app._get_current_object(), stop, lambda what: click.echo(f"fairapp work: {what}"))  # type: ignore[attr-defined]


@click.command()
def hub() -> None:
    """Serve the live sockets, and only them, on PORT. Any number may run."""
    need_postgresql("hub")
    os.chdir(config.ROOT)
    os.execv(sys.executable, [sys.executable, "-c", live.START])  # noqa: S606 - a fresh process, without a shell


@click.command()
@click.argument("kind", type=click.Choice(outcomes.KINDS))
@click.option("--fair", "slug", required=True, help="The fair's slug or id.")
@click.option("--format", "form", type=click.Choice(outcomes.FORMATS), default="csv", show_default=True)
@click.option("--as-of", "as_of", help="RFC 3339; without an offset it is the fair's own time. Default: now.")
@click.option("--output", type=click.Path(dir_okay=False), help="Default: standard output.")
def export(kind: str, slug: str, form: str, as_of: str | None, output: str | None) -> None:
    """Write the same file as the page gives."""
    now = clock.now()
    try:
        with db.read() as session:
            fair = fair_queries.get_fair(session, slug)
        moment = as_of_local(as_of, fair.zone, now) or now
    except AppError as error:
        raise click.ClickException(str(error.detail)) from error
    log_id = db.write(outcome_actions.log_export, fair.id, kind, form, moment, None, now)
    with click.open_file(output or "-", "wb") as file:
        rows = outcomes.write_file(db.of(), file, kind, form, fair.id, fair.zone, moment)
    db.write(outcome_actions.log_rows, log_id, rows)


def register(app: Flask) -> None:
    """Add the commands to the app."""
    for one in (migrate, export, work, hub):
        app.cli.add_command(one)
