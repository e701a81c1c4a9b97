"""The commands: flask --app run …"""

import click
from alembic import command
from alembic.config import Config
from flask import Flask

from fairapp import config, db


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


def register(app: Flask) -> None:
    """Add the commands to the app."""
    for one in (migrate,):
        app.cli.add_command(one)
