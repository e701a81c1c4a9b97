"""A savepoint takes back with what was written also what would be told of it at the end."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import db, trace
from fairapp.appending import savepoint
from fairapp.errors import Conflict
from fairapp.fairs.models import Fair
from fairapp.live.actions import Letter, post
from fairapp.live.models import Outbox
from fairapp.trace import Trace
from tests import factories
from tests.factories import NOW


def say(session: Session, key: str) -> None:
    """Write something, and put a deed and a letter about it at the end."""
    factories.make_fair(session, slug=key)
    trace.record(session, "test.done", "fair", 1, NOW)
    post(session, [Letter(key, "test", None, NOW, {}, address="a@b.kr")])


def kept(app: Flask) -> tuple[list[str], list[str], int]:
    """Return what was written, which letters there are, and how many deeds."""
    with db.of(app).read() as session:
        slugs, keys = (session.scalars(select(one).order_by(one)).all() for one in (Fair.slug, Outbox.key))
        return list(slugs), list(keys), len(session.scalars(select(Trace.seq).where(Trace.what == "test.done")).all())


def test_what_is_undone_is_not_told(app_on_both: Flask) -> None:
    def act(session: Session) -> None:
        say(session, "before")
        with pytest.raises(Conflict), savepoint(session):
            say(session, "undone")
            raise Conflict
        with savepoint(session):
            say(session, "after")

    db.of(app_on_both).write(act)
    assert kept(app_on_both) == (["after", "before"], ["after", "before"], 2)


def test_without_it_the_letter_would_tell_what_was_undone(app: Flask) -> None:
    def act(session: Session) -> None:
        with pytest.raises(Conflict), session.begin_nested():
            say(session, "undone")
            raise Conflict

    db.of(app).write(act)
    assert kept(app) == ([], ["undone"], 1)
