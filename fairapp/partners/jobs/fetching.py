"""Timed: sources with an address are fetched from there, outside of any transaction, and read like an upload."""

import hashlib
from datetime import datetime

import structlog
from flask import current_app

from fairapp import db
from fairapp.errors import AppError
from fairapp.partners import actions, queries
from fairapp.partners.jobs.posting import CannotDeliver, Fetched, fetch
from fairapp.partners.queries import SourceFacts

log = structlog.get_logger()


def fetch_sources(now: datetime) -> int:
    """Fetch the sources that are due, and return how many were asked; one that fails is asked again at its next time."""
    with db.read() as session:
        due = queries.sources_to_fetch(session, now)
    for source_id in due:
        source, etag = db.write(actions.begin_fetch, source_id, now)
        if source is not None:
            _fetch(source, etag, now)
    return len(due)


def _fetch(source: SourceFacts, etag: str, now: datetime) -> None:
    try:
        found = fetch(source.address, etag, anywhere=current_app.config["SETTINGS"].development)
    except CannotDeliver as error:
        log.warning("fetch_failed", source=source.id, error=str(error))
        return
    if found is not None:
        _keep(source, found, now)


def _keep(source: SourceFacts, found: Fetched, now: datetime) -> None:
    """Have what came read, unless it is what came last time; columns that are new wait for somebody on the page."""
    with db.read() as session:
        last = queries.last_content(session, source.id)
    if hashlib.sha256(found.content).hexdigest() == last:
        db.write(actions.note_etag, source.id, found.etag)
        return
    name = source.address.rsplit("/", 1)[-1][:120]
    try:
        headings = actions.look_at(source, found.content, name)
        with db.read() as session:
            mapped = queries.mapping_for(session, source.id, headings) is not None
        run = db.write(actions.receive, source.id, name, found.content, "fetch", None, now, mapped=mapped)
    except AppError as error:
        log.warning("fetch_unreadable", source=source.id, error=str(error))
        return
    db.write(actions.note_etag, source.id, found.etag)
    if mapped:
        db.write(actions.order, run, now)
