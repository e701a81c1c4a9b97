"""Signing in without the form: a browser or a token of an account, made in the database."""

from flask import Flask
from flask.testing import FlaskClient

from fairapp import clock, db
from fairapp.accounts import actions, rules
from fairapp.accounts.models import secret_hash


def browser_of(app: Flask, account_id: int) -> FlaskClient:
    """Return a client in which the account is signed in."""
    client, secret = app.test_client(), rules.new_secret()
    db.of(app).write(actions.sign_in, account_id, "", secret_hash(secret), clock.now())
    with client.session_transaction() as session:
        session["secret"] = secret
    return client


def bearer_of(app: Flask, account_id: int) -> dict[str, str]:
    """Return the headers with a token of the account."""
    secret = rules.new_secret()
    db.of(app).write(actions.make_token, account_id, "test", secret_hash(secret), clock.now())
    return {"Authorization": f"Bearer {secret}"}
