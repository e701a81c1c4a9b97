"""What people do with accounts, on both databases."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.accounts import actions, jobs, queries, rules
from fairapp.accounts.models import Account, AccountSession, MailedLink, SignInFailure
from fairapp.errors import Invalid, NotFound, TooMany
from fairapp.scheduling.models import Resource
from tests.accounts.steps import key_of, kinds, person, write
from tests.factories import NOW, make_account


def test_a_registered_person_has_a_resource_and_a_letter(app_on_both: Flask) -> None:
    write(app_on_both, actions.register, "홍길동@한국.kr", "홍길동", "hash", "ko", NOW)
    made = person(app_on_both, "홍길동@한국.kr")
    assert (made.name, made.confirmed_at, made.is_admin) == ("홍길동", None, False)
    assert kinds(app_on_both) == ["account.confirm"]
    with db.of(app_on_both).read() as session:
        assert session.scalar(select(func.count()).where(Resource.account_id == made.id)) == 1


def test_an_address_is_confirmed_once(app_on_both: Flask) -> None:
    write(app_on_both, actions.register, "a@example.kr", "가", "hash", "ko", NOW)
    key = key_of(app_on_both)
    account_id = write(app_on_both, actions.confirm_address, key, NOW)
    assert person(app_on_both, "a@example.kr").confirmed_at == NOW
    assert person(app_on_both, "a@example.kr").id == account_id
    with pytest.raises(rules.LinkGone):
        write(app_on_both, actions.confirm_address, key, NOW)


def test_a_link_ends_after_its_time(app_on_both: Flask) -> None:
    write(app_on_both, actions.register, "a@example.kr", "가", "hash", "ko", NOW)
    with pytest.raises(rules.LinkGone):
        write(app_on_both, actions.confirm_address, key_of(app_on_both), NOW + rules.CONFIRM_LASTS)
    assert person(app_on_both, "a@example.kr").confirmed_at is None


def test_a_link_to_confirm_sets_no_password(app: Flask) -> None:
    write(app, actions.register, "a@example.kr", "가", "hash", "ko", NOW)
    with pytest.raises(rules.LinkGone):
        write(app, actions.reset_password, key_of(app), "other", NOW)


def test_registering_a_known_address_changes_nothing_and_tells_its_owner(app_on_both: Flask) -> None:
    before = write(app_on_both, lambda s: make_account(s, email="a@example.kr", name="가", password_hash="old").id)
    for _ in range(2):
        write(app_on_both, actions.register, "a@example.kr", "나쁜 사람", "bad", "en", NOW)
    after = person(app_on_both, "a@example.kr")
    assert (after.id, after.name, after.password_hash, after.language) == (before, "가", "old", "ko")
    assert kinds(app_on_both) == ["account.known"]  # one an hour


def test_a_link_puts_its_own_registration_in_force(app_on_both: Flask) -> None:
    write(app_on_both, actions.register, "a@example.kr", "주인", "owner's", "ko", NOW)
    owners = key_of(app_on_both)
    write(app_on_both, actions.register, "a@example.kr", "나쁜 사람", "bad", "ko", NOW)
    others = key_of(app_on_both)
    write(app_on_both, actions.confirm_address, owners, NOW)
    found = person(app_on_both, "a@example.kr")
    assert (found.name, found.password_hash) == ("주인", "owner's")
    with pytest.raises(rules.LinkGone):
        write(app_on_both, actions.confirm_address, others, NOW)


def test_nobody_gets_a_letter_for_an_account_that_is_not_there(app_on_both: Flask) -> None:
    write(app_on_both, lambda s: make_account(s, email="shut@example.kr", disabled_at=NOW).id)
    write(app_on_both, actions.ask_reset, "nobody@example.kr", NOW)
    write(app_on_both, actions.ask_reset, "shut@example.kr", NOW)
    assert kinds(app_on_both) == []


def test_a_new_password_ends_everything_that_was_open(app_on_both: Flask) -> None:
    account_id = write(app_on_both, lambda s: make_account(s, email="a@example.kr", confirmed_at=None).id)
    write(app_on_both, actions.sign_in, account_id, "a@example.kr", "s" * 64, NOW)
    write(app_on_both, actions.make_token, account_id, "t", "t" * 64, NOW)
    write(app_on_both, actions.begin_attempt, "a@example.kr", "", NOW)
    write(app_on_both, actions.ask_reset, "a@example.kr", NOW)
    first = key_of(app_on_both)
    write(app_on_both, actions.ask_reset, "a@example.kr", NOW)
    write(app_on_both, actions.reset_password, key_of(app_on_both), "new", NOW)
    found = person(app_on_both, "a@example.kr")
    assert (found.password_hash, found.confirmed_at) == ("new", NOW)
    with db.of(app_on_both).read() as session:
        assert queries.caller_by_session(session, "s" * 64, NOW) is None
        assert queries.caller_by_token(session, "t" * 64, NOW) is None
        assert session.scalar(select(func.count()).select_from(SignInFailure)) == 0
    assert kinds(app_on_both)[-1] == "account.changed"
    with pytest.raises(rules.LinkGone):
        write(app_on_both, actions.reset_password, first, "newer", NOW)


def test_a_session_lasts_while_it_is_used(app_on_both: Flask) -> None:
    account_id = write(app_on_both, lambda s: make_account(s).id)
    session_id = write(app_on_both, actions.sign_in, account_id, "", "s" * 64, NOW)
    for passed, ends in [(timedelta(minutes=59), timedelta()), (timedelta(days=13), timedelta(days=13))]:
        write(app_on_both, actions.touch_session, session_id, NOW + passed)
        with db.of(app_on_both).read() as session:
            kept = session.get_one(AccountSession, session_id)
            assert kept.expires_at == NOW + ends + rules.SESSION_LASTS
    with db.of(app_on_both).read() as session:
        assert queries.caller_by_session(session, "s" * 64, NOW + timedelta(days=26)) is not None
        assert queries.caller_by_session(session, "s" * 64, NOW + timedelta(days=27)) is None


def test_signing_in_again_ends_the_browsers_old_session(app: Flask) -> None:
    account_id = write(app, lambda s: make_account(s).id)
    write(app, actions.sign_in, account_id, "", "1" * 64, NOW)
    write(app, actions.sign_in, account_id, "", "2" * 64, NOW, old_secret_hash="1" * 64)
    with db.of(app).read() as session:
        assert queries.caller_by_session(session, "1" * 64, NOW) is None
        assert queries.caller_by_session(session, "2" * 64, NOW) is not None


def test_nobody_ends_the_sessions_and_tokens_of_others(app: Flask) -> None:
    mine, other = (write(app, lambda s: make_account(s).id) for _ in range(2))
    session_id = write(app, actions.sign_in, mine, "", "s" * 64, NOW)
    write(app, actions.make_token, mine, "t", "t" * 64, NOW)
    with db.of(app).read() as session:
        token_id = queries.open_tokens(session, mine, NOW)[0].id
    for action, one in ((actions.end_session, session_id), (actions.revoke_token, token_id)):
        with pytest.raises(NotFound):
            write(app, action, other, one, NOW)
    with db.of(app).read() as session:
        assert queries.caller_by_session(session, "s" * 64, NOW) is not None
        assert queries.caller_by_token(session, "t" * 64, NOW) is not None


def test_a_token_ends_after_ninety_days(app_on_both: Flask) -> None:
    account_id = write(app_on_both, lambda s: make_account(s).id)
    until = write(app_on_both, actions.make_token, account_id, "t", "t" * 64, NOW)
    assert until == NOW + timedelta(days=90)
    with db.of(app_on_both).read() as session:
        assert queries.caller_by_token(session, "t" * 64, until - timedelta(seconds=1)) is not None
        assert queries.caller_by_token(session, "t" * 64, until) is None


def test_an_account_holds_at_most_two_hundred_tokens(app: Flask) -> None:
    account_id = write(app, lambda s: make_account(s).id)

    def many(session: Session, at: datetime) -> None:
        for n in range(rules.MOST_TOKENS):
            actions.make_token(session, account_id, "t", f"{at:%f}{n}", at)

    write(app, many, NOW - timedelta(days=90))  # these have ended
    write(app, many, NOW + timedelta(microseconds=1))
    with pytest.raises(rules.TooManyTokens):
        write(app, actions.make_token, account_id, "t", "one more", NOW)


def test_ten_tries_are_enough(app_on_both: Flask) -> None:
    for _ in range(rules.MOST_WRONG):
        write(app_on_both, actions.begin_attempt, "a@example.kr", "", NOW)
    with pytest.raises(TooMany) as raised:
        write(app_on_both, actions.begin_attempt, "a@example.kr", "", NOW + timedelta(minutes=5))
    assert raised.value.headers["Retry-After"] == "601"
    write(app_on_both, actions.begin_attempt, "b@example.kr", "", NOW)  # somebody else
    write(app_on_both, actions.begin_attempt, "a@example.kr", "known", NOW)  # a browser of the owner's
    write(app_on_both, actions.begin_attempt, "a@example.kr", "", NOW + rules.WRONG_WINDOW)  # later


def test_a_disabled_account_is_out_at_once(app_on_both: Flask) -> None:
    admin, account_id = (write(app_on_both, lambda s: make_account(s).id) for _ in range(2))
    write(app_on_both, actions.sign_in, account_id, "", "s" * 64, NOW)
    write(app_on_both, actions.make_token, account_id, "t", "t" * 64, NOW)
    write(app_on_both, actions.disable_account, admin, account_id, NOW)
    with db.of(app_on_both).read() as session:
        assert queries.caller_by_session(session, "s" * 64, NOW) is None
        assert queries.caller_by_token(session, "t" * 64, NOW) is None
    write(app_on_both, actions.enable_account, account_id)
    with db.of(app_on_both).read() as session:
        assert queries.caller_by_session(session, "s" * 64, NOW) is None
        assert queries.person(session, account_id).disabled_at is None  # type: ignore[union-attr]
    with pytest.raises(Invalid):
        write(app_on_both, actions.disable_account, admin, admin, NOW)


def test_what_is_old_is_forgotten(app_on_both: Flask) -> None:
    account_id = write(app_on_both, lambda s: make_account(s, email="a@example.kr").id)
    write(app_on_both, actions.sign_in, account_id, "", "s" * 64, NOW)
    write(app_on_both, actions.begin_attempt, "a@example.kr", "", NOW)
    write(app_on_both, actions.ask_reset, "a@example.kr", NOW)
    jobs.keep_clocks(NOW)
    write(app_on_both, actions.sign_in, account_id, "", "n" * 64, NOW + timedelta(days=60))
    jobs.keep_clocks(NOW + timedelta(days=60))
    with db.of(app_on_both).read() as session:
        counts = [
            session.scalar(select(func.count()).select_from(t)) for t in (AccountSession, SignInFailure, MailedLink)
        ]
    assert counts == [1, 0, 0]


def test_an_account_is_made_without_a_letter(app_on_both: Flask) -> None:
    made = write(app_on_both, actions.make_account, "a@example.kr", "가", None, True, NOW)
    assert person(app_on_both, "a@example.kr").id == made
    assert kinds(app_on_both) == []
    with pytest.raises(rules.AddressTaken):
        write(app_on_both, actions.make_account, "a@example.kr", "나", None, True, NOW)
    with db.of(app_on_both).read() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 1
        assert session.scalar(select(func.count()).where(Resource.account_id == made)) == 1


def test_the_first_admin_is_appointed_and_sets_a_password(app_on_both: Flask) -> None:
    write(app_on_both, actions.appoint_admin, "admin@example.kr", "관리자", NOW)
    made = person(app_on_both, "admin@example.kr")
    assert (made.is_admin, made.password_hash, kinds(app_on_both)) == (True, None, ["account.reset"])
    write(app_on_both, actions.reset_password, key_of(app_on_both), "new", NOW)
    assert person(app_on_both, "admin@example.kr").confirmed_at == NOW
    write(app_on_both, lambda s: make_account(s, email="known@example.kr").id)
    write(app_on_both, actions.appoint_admin, "known@example.kr", "관리자", NOW)
    assert person(app_on_both, "known@example.kr").is_admin
    assert kinds(app_on_both) == ["account.reset", "account.changed"]


def test_the_command_appoints_an_admin(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["admin", "Admin@example.kr"]).output == "admin@example.kr is an admin.\n"
    assert person(app, "admin@example.kr").is_admin
    wrong = runner.invoke(args=["admin", "nonsense"])
    assert (wrong.exit_code, "메일 주소를 확인해 주세요" in wrong.output) == (1, True)
