"""A job centre with three counsellors, its organizer, seekers who allow it to counsel them, and a stranger."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.accounts.actions import give_consent
from fairapp.programmes import actions
from tests import factories
from tests.factories import NOW
from tests.signing_in import browser_of

YEAR = timedelta(days=365)


@dataclass
class Cast:
    """Ids of everybody; `write` and `read` run on the app's database."""

    app: Flask
    agency: int
    other_agency: int
    counsellors: list[int]
    organizer: int
    seekers: list[int]
    stranger: int
    programme: int

    def write(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run the action in a transaction of its own."""
        return db.of(self.app).write(action, *args, **kwargs)

    def read(self, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run the query."""
        with db.of(self.app).read() as session:
            return query(session, *args, **kwargs)

    def client(self, account: int) -> FlaskClient:
        """Return a browser of the account."""
        return browser_of(self.app, account)

    def case(self, seeker: int | None = None) -> int:
        """Give a seeker, by default the first, a counsellor; return the assignment."""
        made: int = self.write(actions.assign, self.agency, seeker or self.seekers[0], NOW).assignment_id
        return made


def counsel(session: Session, agency_id: int, **changes: Any) -> int:
    """Make a counsellor of the agency."""
    who = factories.make_seeker(session, **{"name": "박상담"} | changes).id
    factories.make_membership(session, account_id=who, role="coach", agency_id=agency_id)
    return int(who)


def allow(session: Session, seeker_id: int, agency_id: int) -> None:
    """Let the agency counsel the seeker for a year."""
    give_consent(session, seeker_id, None, agency_id, "counselling", NOW + YEAR, NOW)


def make_cast(session: Session) -> dict[str, Any]:
    """Make everybody."""
    agency = factories.make_agency(session, name="서울일자리센터", name_en="Seoul Job Centre", region="27000")
    other = factories.make_agency(session, name="달서구일자리센터", name_en="Dalseo Job Centre", kind="district")
    counsellors = [counsel(session, agency.id, name=name) for name in ("박상담", "김상담", "이상담")]
    organizer = factories.make_membership(session, role="organizer", agency_id=agency.id).account_id
    seekers = [factories.make_seeker(session, name=name).id for name in ("최정한별", "정새봄", "한가람", "윤나래")]
    for seeker in seekers:
        allow(session, seeker, agency.id)
    return {
        "agency": agency.id,
        "other_agency": other.id,
        "counsellors": counsellors,
        "organizer": organizer,
        "seekers": seekers,
        "stranger": factories.make_seeker(session, name="이방인").id,
        "programme": actions.make_programme(session, agency.id, "취업성공패키지", NOW, name_en="Success package"),
    }
