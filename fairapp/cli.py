"""The commands: flask --app run …"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask_babel import gettext
from sqlalchemy.exc import OperationalError

from fairapp import audit as audit_rows
from fairapp import clock, config, db, demo_people, intake, schedule, tables
from fairapp import demo as demo_fair
from fairapp.accounts import actions as account_actions
from fairapp.accounts import rules as account_rules
from fairapp.agencies import queries as agencies
from fairapp.booths import actions as booth_actions
from fairapp.booths import rules as booth_rules
from fairapp.employers import actions as employer_actions
from fairapp.employers import rules as employer_rules
from fairapp.errors import AppError, NotFound
from fairapp.fairs import queries as fair_queries
from fairapp.live import hub as live
from fairapp.outcomes import actions as outcome_actions
from fairapp.outcomes import queries as outcomes
from fairapp.outcomes.forms import as_of_local

MOST_NOTES = 200  # shown; all are in the file of --rejected


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
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own; threads need the app itself
    schedule.lead(app, stop, lambda what: click.echo(f"fairapp work: {what}"))


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


@click.group("import")
def import_() -> None:
    """Bring in a table: CSV, XLSX or JSONL. Refused rows are shown with row, column and reason; the others are kept."""


def _import_options(function: Callable[..., intake.Report]) -> Callable[..., None]:
    """Add what every import takes; errors of the app end the command with their sentence."""

    @wraps(function)
    def guarded(file: str, rejected: str | None, **options: Any) -> None:
        db.of().writer.patience = 3600.0  # one transaction may take minutes; nobody waits for an answer on a page
        try:
            report = function(file, **options)
        except AppError as error:
            raise click.ClickException(str(error.detail)) from error
        _say(report, rejected)

    parts = (
        click.argument("file", type=click.Path(exists=True, dir_okay=False)),
        click.option("--all-or-nothing", is_flag=True, help="Keep no row when one is refused."),
        click.option("--rejected", type=click.Path(dir_okay=False), help="Write the refused rows there, to be mended."),
    )
    for part in parts:
        guarded = part(guarded)
    return guarded


def _say(report: intake.Report, rejected: str | None) -> None:
    """Print what became of the rows; exit 1 where nothing was kept because of refused ones."""
    for sort, notes in ((gettext("거절"), report.rejected), (gettext("주의"), report.warnings)):
        for note in notes[:MOST_NOTES]:
            where = gettext("%(row)s행", row=note.row) + (f", {note.column}" if note.column else "")
            click.echo(f"{sort} {where}: {note.reason}")
        if len(notes) > MOST_NOTES:
            click.echo(f"{sort} … +{len(notes) - MOST_NOTES}")
    click.echo(intake.summary(report))
    if rejected and report.rejected:
        Path(rejected).write_text(report.rejected_csv(), encoding="utf-8", newline="")
    if report.none_kept:
        raise click.exceptions.Exit(1)


@import_.command()
@_import_options
@click.option("--fair", "slug", required=True, help="The fair's slug or id.")
def listings(file: str, slug: str, all_or_nothing: bool) -> intake.Report:
    """Listings of a fair; missing employers and booths are made, unverified and unapproved."""
    now = clock.now()
    with db.read() as session:
        fair = fair_queries.get_fair(session, slug)
    times = booth_rules.FairTimes(fair.zone, fair.ends_at, now)
    rows = booth_rules.listing_rows(tables.read_table(file, columns=booth_rules.COLUMNS), times)
    act = booth_actions.import_listings
    return intake.bring_in(db.write, rows, act, fair.id, None, now, all_or_nothing=all_or_nothing)


@import_.command()
@_import_options
@click.option("--agency", "slug", required=True, help="The slug of the agency whose list it is.")
@click.option("--invite", is_flag=True, help="Send each new person the letter that sets a password.")
def seekers(file: str, slug: str, invite: bool, all_or_nothing: bool) -> intake.Report:
    """Seekers; who has an account keeps it as it is."""
    now = clock.now()
    with db.read() as session:
        if agencies.agency_by_slug(session, slug) is None:
            raise NotFound(gettext("그런 기관이 없어요"))
    rows = account_rules.seeker_rows(tables.read_table(file, columns=account_rules.COLUMNS), now.date())
    act = account_actions.import_seekers
    return intake.bring_in(db.write, rows, act, now, invite, all_or_nothing=all_or_nothing)


@import_.command()
@_import_options
def employers(file: str, all_or_nothing: bool) -> intake.Report:
    """Employers, unverified."""
    rows = employer_rules.employer_rows(tables.read_table(file, columns=employer_rules.COLUMNS))
    return intake.bring_in(
        db.write, rows, employer_actions.import_employers, clock.now(), all_or_nothing=all_or_nothing
    )


@click.command()
@click.option("--seekers", default=200, show_default=True, type=click.IntRange(0, 100_000))
@click.option("--recruiters", default=20, show_default=True, type=click.IntRange(1, 5_000))
@click.option("--listings", default=300, show_default=True, type=click.IntRange(0, 100_000))
@click.option("--if-empty", is_flag=True, help="Only in a database that has no fair yet.")
def demo(seekers: int, recruiters: int, listings: int, if_empty: bool) -> None:
    """Make a fair that is open now, with accounts for every role; safe to repeat."""
    database = db.of()
    with database.read() as session:
        if if_empty and demo_fair.is_there(session):
            return
    demo_fair.build(database, demo_people.Size(seekers, recruiters, listings), clock.now())
    click.echo(demo_fair.greeting(seekers))


@click.command()
def audit() -> None:
    """Derive every invariant again from the rows; print each breach, and exit 1 if there is one."""
    with db.of().snapshot() as session:
        found = audit_rows.breaches(session)
    for sentence in found:
        click.echo(sentence)
    click.echo(f"audit: {len(found)} breaches" if found else "audit: clean")
    if found:
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("email")
@click.option("--name", default="관리자", help="How the person is called, if there is no account yet.")
def admin(email: str, name: str) -> None:
    """Make the person with this address an admin. Somebody new gets a letter with a link to set a password."""
    try:
        address, called = account_rules.normal_email(email), account_rules.normal_name(name)
        db.write(account_actions.appoint_admin, address, called, clock.now())
    except AppError as error:
        raise click.ClickException(str(error.detail)) from error
    click.echo(f"{address} is an admin.")


def register(app: Flask) -> None:
    """Add the commands to the app."""
    for one in (admin, audit, demo, migrate, export, import_, work, hub):
        app.cli.add_command(one)
