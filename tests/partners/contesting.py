"""Somebody with an account of whom an institute's list tells, and the list again with other values."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.accounts import actions as accounts
from fairapp.live.models import Outbox
from fairapp.partners import actions, queries, rules
from fairapp.partners.models import Correction, Record
from fairapp.partners.queries import told_of_values
from tests.factories import make_account
from tests.partners.network import brought_in, make_network, make_source
from tests.signing_in import browser_of

HEAD = "관리번호,훈련생명,휴대폰번호,생년월일,훈련과정명,시작일자,종료일자,학력,개인정보동의\n"
ROW = "T-1,김하늘,010-1234-5678,{born},{course},2026-09-01,{ended},{education},예\n"
WRONG, RIGHT, OTHER = "1998-03-02", "1998-03-20", "1997-07-07"


def table(born: str = WRONG, course: str = "용접", ended: str = "2027-01-31", education: str = "고졸") -> str:
    """Return the institute's list, which has one person."""
    return HEAD + ROW.format(born=born, course=course, ended=ended, education=education)


@dataclass
class Scene:
    """The app, the two agencies with their organizers, the list, and the person."""

    app: Flask
    network: dict[str, Any]
    source: int = 0
    person: int = 0
    record: int = 0
    browsers: dict[str, FlaskClient] = field(default_factory=dict)

    def write(self, call: Any, *args: Any) -> Any:
        """Do something in a transaction."""
        return db.of(self.app).write(call, *args)

    def read(self, call: Any, *args: Any) -> Any:
        """Ask something."""
        with db.of(self.app).read() as session:
            return call(session, *args)

    @contextmanager
    def beside(self) -> Iterator[Any]:
        """Give what writes beside this process, as another server would."""
        mine = db.of(self.app)
        other = db.Database(mine.url.render_as_string(hide_password=False), readers=1)
        other.writer.last_writes = mine.writer.last_writes
        try:
            yield other.write
        finally:
            other.close()

    def deliver(self, **values: str) -> None:
        """Bring the list in again, with these values."""
        brought_in(browser_of(self.app, self.network["ids"][0]), self.source, table(**values))

    def told(self) -> dict[str, Any]:
        """Return what the record tells, field by field."""
        [record] = self.read(queries.records_by_id, [self.record])
        return rules.fields_of(told_of_values(record))

    def contest(self, name: str = "birth_date", wished: str = RIGHT, why: str = "주민등록증과 달라요") -> int:
        """Contest a value as it stands."""
        seen = rules.fingerprint(self.record, name, self.told()[name])
        said = rules.Contest(name, wished, why, seen)
        made: int = self.write(actions.contest, self.person, self.record, said, clock.now())
        return made

    def answer(
        self, correction: int, state: str = "corrected", value: str = RIGHT, words: str = "", write: Any = None
    ) -> None:
        """Answer as the institute's organizer."""
        said = rules.Answer(state, value, words)
        teacher = self.network["ids"][0]
        (write or self.write)(actions.answer, correction, self.network["school"], said, teacher, clock.now())

    def state(self, correction: int) -> str:
        """Return what became of a contested value."""
        return str(self.read(lambda s: s.get_one(Correction, correction).state))

    def letters(self, kind: str) -> list[int]:
        """Return to whom letters of a kind were written."""
        return self.read(lambda s: sorted(s.scalars(select(Outbox.account_id).where(Outbox.kind == kind)).all()))


def make_scene(app: Flask) -> Scene:
    """Make the agencies, bring the list in, and let its row be about somebody who has an account."""
    network = make_network(app)
    scene = Scene(app, network, make_source(app, network))
    scene.deliver()

    def own(session: Session) -> tuple[int, int]:
        account = make_account(session, name="김하늘", email="haneul@example.kr", password_hash="x")
        record = session.scalars(
            update(Record).values(account_id=account.id, joined_by="linked").returning(Record.id)
        ).one()
        until = clock.now().replace(year=clock.now().year + 1)
        accounts.give_consent(session, account.id, None, network["city"], "joining", until, clock.now())
        return account.id, record

    scene.person, scene.record = scene.write(own)
    scene.browsers = {name: network[name] for name in ("teacher", "official", "other")}
    scene.browsers["person"] = browser_of(app, scene.person)
    return scene
