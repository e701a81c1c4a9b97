"""Steps that the tests of accounts take: make a person with a password, read letters, sign in."""

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fairapp import clock, db, mail
from fairapp.accounts import pushes, queries
from fairapp.accounts.models import Account
from fairapp.accounts.rules import passwords
from fairapp.live.models import Outbox
from tests.factories import make_account

PASSWORD = "맑은 가을 하늘 아래"


def with_password(app: Flask, **changes: Any) -> Account:
    """Return an account with the password, confirmed unless changed."""
    kept = {"password_hash": passwords.hash_password(PASSWORD)} | changes
    return db.of(app).write(lambda session: make_account(session, **kept))


def letters(app: Flask) -> list[tuple[int | None, str]]:
    """Return whom which letters go to, in order."""
    with db.of(app).read() as session:
        rows = session.execute(select(Outbox.account_id, Outbox.kind).order_by(Outbox.id))
        return [(row.account_id, row.kind) for row in rows]


def rendered(app: Flask, language: str = "ko") -> mail.Rendered | None:
    """Return the newest letter as it would be sent."""
    with app.app_context(), db.of(app).read() as session:
        row = session.scalars(select(Outbox).order_by(Outbox.id.desc()).limit(1)).one()
        letter = mail.OutboxRow(row.id, row.key, row.kind, row.account_id, row.address, row.data, row.message_id, 0)
        return pushes.RENDERERS[row.kind](session, letter, language, clock.now())


def link(app: Flask) -> str:
    """Return the path of the link in the newest letter."""
    letter = rendered(app)
    assert letter is not None
    return re.findall(r"http://[^/\s]+(/\S+)", letter.text)[0]


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **more: Any) -> Any:
    """Send the form."""
    return client.post("/sign-in", data={"email": email, "password": password, **more.pop("data", {})}, **more)


def write(app: Flask, action: Any, *args: Any, **kwargs: Any) -> Any:
    """Run the action as the edge does."""
    return db.of(app).write(action, *args, **kwargs)


def key_of(app: Flask) -> str:
    """Return the key of the newest letter with a link."""
    with db.of(app).read() as session:
        row = session.scalars(select(Outbox).order_by(Outbox.id.desc()).limit(1)).one()
        return str(row.data["key"])


def kinds(app: Flask) -> list[str]:
    """Return the kinds of letters posted, in order."""
    with db.of(app).read() as session:
        return list(session.scalars(select(Outbox.kind).order_by(Outbox.id)))


def person(app: Flask, email: str) -> queries.Credentials:
    """Return the account of the address."""
    with db.of(app).read() as session:
        found = queries.credentials(session, email)
    assert found is not None
    return found
