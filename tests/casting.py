"""A small cast at NOW: a fair with one booth that is hiring, its recruiter, its organizer, and strangers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.accounts.guards import secret_hash
from fairapp.accounts.models import Token
from fairapp.fairs.models import Fair
from tests.factories import NOW, make_account, make_booth, make_employer, make_fair, make_listing, make_membership


@dataclass(frozen=True)
class Cast:
    """Ids of the rows; each person's name is the bearer token."""

    fair: int
    slug: str
    booth: int
    listing: int
    employer: int
    agency: int


def person(session: Session, name: str, **role: Any) -> int:
    """Make a person with a role whose bearer token is the name."""
    account = make_account(session, name=name)
    if role:
        make_membership(session, account_id=account.id, **role)
    fields = {"name": name, "created_at": NOW, "expires_at": NOW + timedelta(days=900)}
    session.add(Token(account_id=account.id, secret_hash=secret_hash(name), **fields))
    return account.id


def make_cast(session: Session) -> Cast:
    """Make everybody."""
    fair = make_fair(session, slug="daegu", name="대구 청년 박람회")
    employer = make_employer(session, name="(주)명성", name_key="명성")
    booth = make_booth(session, fair_id=fair.id, employer_id=employer.id)
    listing = make_listing(session, booth_id=booth.id, title="재무 담당")
    other_fair = make_fair(session, slug="busan")
    person(session, "seeker")
    person(session, "recruiter", role="recruiter", employer_id=employer.id)
    person(session, "organizer", role="organizer", agency_id=fair.agency_id)
    person(session, "other-recruiter", role="recruiter", employer_id=make_employer(session).id)
    person(session, "other-organizer", role="organizer", agency_id=other_fair.agency_id)
    return Cast(fair.id, fair.slug, booth.id, listing.id, employer.id, fair.agency_id)


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Return the cast, in the database of the test."""
    return db.of(app).write(make_cast)


@pytest.fixture
def at_now() -> Iterator[None]:
    """Let the clock stand at NOW."""
    with time_machine.travel(NOW, tick=False):
        yield


def by(name: str) -> dict[str, Any]:
    """Return what a request of this person sends; nothing for nobody."""
    return {"headers": {"Authorization": f"Bearer {name}"}} if name else {}


def change_fair(app: Flask, fair_id: int, **changes: Any) -> None:
    """Change the fair's columns behind its back."""

    def change(session: Session) -> None:
        for name, value in changes.items():
            setattr(session.get_one(Fair, fair_id), name, value)

    db.of(app).write(change)


def page_of(client: FlaskClient, path: str, name: str = "", status: int = 200) -> str:
    """Return the text of a page that answers with the status."""
    answer = client.get(path, **by(name))
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)
