"""Alembic's entry: the models' metadata and the database that is to be changed."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import create_engine, pool

import fairapp.accounts.models
import fairapp.agencies.models
import fairapp.booths.models
import fairapp.coaching.models
import fairapp.employers.models
import fairapp.fairs.models
import fairapp.idempotency
import fairapp.live.models
import fairapp.outcomes.models
import fairapp.partners.models
import fairapp.programmes.models
import fairapp.scheduling.models
import fairapp.trace
import fairapp.visits.models
from fairapp.db import Base, UtcDateTime


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types by their plain form, so that an old step never depends on today's code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def compared(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether a table of the database is one of the models'; the search index is made by hand, in SQL."""
    return kind != "table" or not (name or "").startswith("listing_search")


def run() -> None:
    """Run the steps on the database named in the configuration."""
    engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            include_name=compared,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
