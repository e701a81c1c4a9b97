"""Two accounts that both have owners become one only when both say so, each from her account."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fairapp import audit, db, mail
from fairapp.accounts.actions import give_consent
from fairapp.accounts.models import Account
from fairapp.errors import NotFound
from fairapp.live.models import Outbox
from fairapp.partners import actions, queries
from fairapp.partners.models import Merge, Pair
from tests import factories
from tests.factories import NOW
from tests.signing_in import browser_of


class Two:
    """Two people with accounts of their own, an organizer, and that they are likely one."""

    def __init__(self, app: Flask) -> None:
        self.app, self.database = app, db.of(app)
        self.database.write(self._build)

    def _build(self, session: Session) -> None:
        self.one, self.other = (
            factories.make_seeker(session, name="김하늘", email=f"{word}@example.kr", password_hash="x").id
            for word in ("haneul", "sky")
        )
        self.stranger = factories.make_seeker(session, name="이바다").id
        agency = factories.make_agency(session).id
        self.organizer = factories.make_seeker(session, name="운영자").id
        factories.make_membership(session, account_id=self.organizer, role="organizer", agency_id=agency)
        for who in (self.one, self.other):
            give_consent(session, who, None, agency, "joining", NOW.replace(year=2027), NOW)
        pair = Pair(low_id=self.one, high_id=self.other, permille=640, found_at=NOW)
        session.add(pair)
        session.flush()
        self.pair, self.agency = pair.id, agency

    def ask(self) -> None:
        """Let the organizer ask both."""
        self.database.write(actions.ask_owners, self.pair, self.organizer, NOW)

    def answer(self, who: int, yes: bool = True) -> int | None:
        """Let one of them answer."""
        made: int | None = self.database.write(actions.answer_owner, self.pair, who, yes, NOW)
        return made

    def state(self) -> tuple[str | None, list[tuple[str | None, bool]]]:
        """Return what is decided, and of both accounts the address and whether it rests."""
        with self.database.read() as session:
            decision = session.scalar(select(Pair.decision).where(Pair.id == self.pair))
            rows = [session.get_one(Account, one) for one in (self.one, self.other)]
            return decision, [(row.email, row.disabled_at is not None) for row in rows]


@pytest.fixture
def two(app_on_both: Flask, at_now: None) -> Two:
    return Two(app_on_both)


BEFORE = [("haneul@example.kr", False), ("sky@example.kr", False)]


@pytest.mark.parametrize("last", ["one", "other"])
def test_two_accounts_become_one_when_both_say_so_and_the_last_one_goes_on(two: Two, last: str) -> None:
    first, last_id = (two.one, two.other) if last == "other" else (two.other, two.one)
    two.ask()
    assert two.answer(first) is None
    assert two.answer(first) is None  # twice from one is once
    assert two.state() == (None, BEFORE)
    merge = two.answer(last_id)
    rests = [("haneul@example.kr", False), (None, True)] if last == "one" else [(None, True), ("sky@example.kr", False)]
    assert two.state() == ("same", rests)
    with pytest.raises(NotFound):
        two.answer(last_id)
    two.database.write(actions.undo_merge, merge, two.organizer, NOW)
    assert two.state() == ("different", BEFORE)
    with two.database.read() as session:
        assert audit.breaches(session) == []


def test_a_no_ends_it_and_nobody_is_asked_again(two: Two) -> None:
    two.ask()
    two.answer(two.one)
    two.answer(two.other, yes=False)
    assert two.state() == ("different", BEFORE)
    for again in (lambda: two.answer(two.one), two.ask):
        with pytest.raises(NotFound):
            again()


def test_only_they_answer_only_what_was_asked_and_anew_after_another_question(two: Two) -> None:
    with pytest.raises(NotFound):
        two.answer(two.one)
    two.ask()
    for stranger in (two.stranger, two.organizer):
        with pytest.raises(NotFound):
            two.answer(stranger)
    two.answer(two.one)
    two.ask()
    assert two.answer(two.other) is None
    assert two.state() == (None, BEFORE)
    with two.database.read() as session:  # asked twice on a day, written to once
        assert len(session.scalars(select(Outbox.id).where(Outbox.kind == "pair.asked")).all()) == 2


@pytest.mark.parametrize("values", [{"low_yes_at": NOW}, {"high_yes_at": NOW}, {"asked_at": NOW}])
def test_nobody_answers_what_nobody_asked(two: Two, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        two.database.write(lambda s: s.execute(update(Pair).where(Pair.id == two.pair).values(values)) and None)


def test_an_account_without_owner_is_not_asked(two: Two) -> None:
    def unclaim(session: Session) -> None:
        account = session.get_one(Account, two.other)
        account.password_hash = account.confirmed_at = None

    two.database.write(unclaim)
    with pytest.raises(NotFound):
        two.ask()


def test_an_account_with_a_role_does_not_rest(two: Two) -> None:
    two.database.write(
        lambda s: factories.make_membership(s, account_id=two.one, role="organizer", agency_id=two.agency).id
    )
    two.ask()
    two.answer(two.one)
    with pytest.raises(actions.HasRoles):
        two.answer(two.other)
    assert two.state() == (None, BEFORE)
    two.database.write(actions.answer_owner, two.pair, two.other, False, NOW)


def test_both_at_once_become_one_once(two: Two) -> None:
    two.ask()
    gate, made = threading.Barrier(2), []

    def say(who: int) -> None:
        gate.wait()
        made.append(two.answer(who))

    threads = [threading.Thread(target=say, args=(who,)) for who in (two.one, two.other)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(merge is not None for merge in made) == [False, True]
    with two.database.read() as session:
        assert len(session.scalars(select(Merge.id)).all()) == 1


def test_the_letter_says_nothing_of_the_other_account(two: Two) -> None:
    two.ask()
    with two.database.read() as session:
        rows = session.scalars(select(Outbox).where(Outbox.kind == "pair.asked").order_by(Outbox.account_id)).all()
        plain = [mail.OutboxRow(*(getattr(row, name) for name in mail.OutboxRow.__slots__)) for row in rows]
        said = [
            mail.renderers[row.kind](session, row, language, NOW)
            for row, language in zip(plain, ("ko", "en"), strict=True)
        ]
    assert [row.account_id for row in plain] == [two.one, two.other]
    assert said[0] is not None
    assert said[1] is not None
    assert (said[0].subject, said[1].subject) == ("계정이 하나 더 있나요?", "Do you have another account?")
    assert "sky" not in said[0].text
    assert "haneul" not in said[1].text
    assert f"/me/pairs/{two.pair}" in said[0].text
    two.answer(two.one)
    with two.database.read() as session:
        again = [mail.renderers[row.kind](session, row, "ko", NOW) for row in plain]
    assert [one is None for one in again] == [True, False]


def test_it_is_asked_and_answered_on_the_pages(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    app: Flask = two.app
    organizer, one, other = (browser_of(app, who) for who in (two.organizer, two.one, two.other))
    monkeypatch.setattr(queries.people, "_told_about", lambda _agency: select(Account.id))
    path, mine = f"/agencies/{two.agency}/pairs", f"/me/pairs/{two.pair}"
    assert one.get(mine).status_code == 404
    page = organizer.get(path).text
    assert ("두 사람에게 물어보기" in page, 'value="same"' in page) == (True, False)
    refused = organizer.post(f"{path}/{two.pair}", data={"decision": "same"}, follow_redirects=True)
    assert "두 계정 모두 본인이 쓰고 있어서" in refused.text
    assert organizer.post(f"{path}/{two.pair}", data={"decision": "ask"}).status_code == 303
    assert "두 사람에게 다시 묻기" in organizer.get(path).text
    ask: Callable[..., Any] = one.get
    page = ask(mine).text
    assert ("네, 둘 다 제 계정이에요" in page, "sky" in page) == (True, False)
    for bad in ({}, {"do": "perhaps"}, {"do": "\x00"}):
        assert one.post(mine, data=bad).status_code == 404
    assert browser_of(app, two.stranger).post(mine, data={"do": "yes"}).status_code == 404
    assert app.test_client().get(mine).status_code in (302, 303)
    assert "이 계정에서는 알려 주셨어요" in one.post(mine, data={"do": "yes"}, follow_redirects=True).text
    assert "두 계정을 합쳤어요" in other.post(mine, data={"do": "yes"}, follow_redirects=True).text
    assert one.get("/me/told").status_code in (302, 303)  # it rests: nobody is signed in there
    assert other.get(mine).status_code == 404
