"""What people do with accounts, on both databases."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.accounts import actions, queries, rules
from fairapp.accounts.models import Account, AccountSession, Consent, Disclosure, MailedLink, Membership, SignInFailure
from fairapp.accounts.rules import ProfileFields
from fairapp.errors import Forbidden, Invalid, NotFound, TooMany
from fairapp.live.models import Outbox
from fairapp.scheduling.models import Resource
from tests.factories import NOW, make_account, make_agency, make_employer, make_membership

LATER = NOW + timedelta(days=30)


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
    write(app_on_both, actions.forget_old, NOW)
    write(app_on_both, actions.sign_in, account_id, "", "n" * 64, NOW + timedelta(days=60))
    write(app_on_both, actions.forget_old, NOW + timedelta(days=60))
    with db.of(app_on_both).read() as session:
        counts = [
            session.scalar(select(func.count()).select_from(t)) for t in (AccountSession, SignInFailure, MailedLink)
        ]
    assert counts == [1, 0, 0]


def test_an_organizer_gives_and_ends_roles_of_the_own_agency(app_on_both: Flask) -> None:
    def people(session: Session) -> tuple[int, int, int, int]:
        agency, other = make_agency(session).id, make_agency(session).id
        organizer = make_membership(session, role="organizer", agency_id=agency).account_id
        make_account(session, email="coach@example.kr")
        return agency, other, organizer, make_employer(session).id

    agency, other, organizer, employer = write(app_on_both, people)
    give = actions.add_membership, organizer, "coach@example.kr"
    held = write(app_on_both, *give, "coach", NOW, agency_id=agency)
    assert write(app_on_both, *give, "coach", NOW, agency_id=agency) == held
    recruiter = write(app_on_both, *give, "recruiter", NOW, employer_id=employer)
    with pytest.raises(Forbidden):
        write(app_on_both, *give, "coach", NOW, agency_id=other)
    coach = person(app_on_both, "coach@example.kr").id
    with pytest.raises(Forbidden):
        write(app_on_both, actions.add_membership, coach, "coach@example.kr", "organizer", NOW, agency_id=agency)
    write(app_on_both, actions.end_membership, organizer, held, NOW)
    with db.of(app_on_both).read() as session:
        assert [(m.id, m.role) for m in queries.memberships(session, coach)] == [(recruiter, "recruiter")]
    again = write(app_on_both, *give, "coach", NOW, agency_id=agency)
    assert again != held


def test_who_was_put_out_gives_no_roles(app: Flask) -> None:
    def people(session: Session) -> tuple[int, Membership]:
        agency = make_agency(session).id
        make_account(session, email="coach@example.kr")
        return agency, make_membership(session, role="organizer", agency_id=agency)

    agency, own = write(app, people)
    write(app, actions.end_membership, own.account_id, own.id, NOW)
    with pytest.raises(Forbidden):
        write(app, actions.add_membership, own.account_id, "coach@example.kr", "coach", NOW, agency_id=agency)


def test_an_unconfirmed_address_gets_no_role(app: Flask) -> None:
    admin = write(app, lambda s: make_account(s, is_admin=True).id)
    agency = write(app, lambda s: make_agency(s).id)
    write(app, lambda s: make_account(s, email="new@example.kr", confirmed_at=None).id)
    for email in ("new@example.kr", "nobody@example.kr"):
        with pytest.raises(Invalid):
            write(app, actions.add_membership, admin, email, "coach", NOW, agency_id=agency)


FIELDS = ProfileFields(
    phone="+821012345678", birth_date=date(1999, 2, 3), intro="안녕하세요", skills=("엑셀",), segment="youth",
    wish_salary=32_000_000, education="bachelor", experience_years=2, region="27110", wish_occupation="0111",
)  # fmt: skip


def test_a_profile_is_kept_as_a_whole(app_on_both: Flask) -> None:
    seeker = write(app_on_both, lambda s: make_account(s).id)
    write(app_on_both, actions.save_profile, seeker, FIELDS, NOW)
    write(app_on_both, actions.save_profile, seeker, replace(FIELDS, intro="", phone=None), NOW)
    with db.of(app_on_both).read() as session:
        assert queries.profile_fields(session, seeker) == replace(FIELDS, intro="", phone=None)
        assert queries.profile_fields(session, seeker + 1) == ProfileFields()


@pytest.fixture
def cast(app_on_both: Flask) -> dict[str, int]:
    """Return a seeker, her recruiter and coach, and a stranger, with their organisations."""

    def people(session: Session) -> dict[str, int]:
        agency, employer, other = make_agency(session).id, make_employer(session).id, make_employer(session).id
        seeker, stranger = make_account(session, name="박하늘"), make_account(session)
        recruiter = make_membership(session, role="recruiter", employer_id=employer).account_id
        actions.save_profile(session, seeker.id, FIELDS, NOW)
        return {
            "seeker": seeker.id, "stranger": stranger.id, "recruiter": recruiter, "agency": agency,
            "employer": employer, "other": other,
        }  # fmt: skip

    return dict(write(app_on_both, people))


def test_without_consent_nothing_is_shown(app_on_both: Flask, cast: dict[str, int]) -> None:
    look = actions.disclose, cast["seeker"], cast["recruiter"], {cast["employer"]}, set[int](), "profile"
    with pytest.raises(NotFound):
        write(app_on_both, *look, NOW)
    give = actions.give_consent, cast["seeker"]
    write(app_on_both, *give, cast["other"], None, "interview", LATER, NOW)
    write(app_on_both, *give, None, cast["agency"], "coaching", LATER, NOW)
    with pytest.raises(NotFound):
        write(app_on_both, *look, NOW)
    consent = write(app_on_both, *give, cast["employer"], None, "interview", LATER, NOW)
    write(app_on_both, *look, NOW)
    with pytest.raises(NotFound):
        write(app_on_both, *look, LATER)
    write(app_on_both, actions.withdraw_consent, cast["seeker"], consent, NOW)
    with pytest.raises(NotFound):
        write(app_on_both, *look, NOW)


def test_an_employer_sees_what_it_may_and_the_seeker_sees_that(app_on_both: Flask, cast: dict[str, int]) -> None:
    write(app_on_both, actions.give_consent, cast["seeker"], cast["employer"], None, "interview", LATER, NOW)
    look = actions.disclose, cast["seeker"], cast["recruiter"], {cast["employer"]}, set[int]()
    facts = write(app_on_both, *look, "profile", NOW)
    assert (facts.name, facts.phone, facts.skills, facts.wish_salary) == (
        "박하늘",
        "+821012345678",
        ("엑셀",),
        32_000_000,
    )
    assert (facts.birth_date, facts.segment) == (None, None)
    write(app_on_both, *look, "profile", NOW + timedelta(minutes=59))  # the same look
    write(app_on_both, *look, "resume", NOW + timedelta(minutes=59))
    write(app_on_both, *look, "profile", NOW + timedelta(hours=1))
    with db.of(app_on_both).read() as session:
        seen = queries.disclosures(session, cast["seeker"], None, 50)
    assert [(one.what, one.at, one.employer_id) for one in seen] == [
        ("profile", NOW + timedelta(hours=1), cast["employer"]),
        ("resume", NOW + timedelta(minutes=59), cast["employer"]),
        ("profile", NOW, cast["employer"]),
    ]


def test_an_agency_sees_what_programmes_ask_for(app_on_both: Flask, cast: dict[str, int]) -> None:
    write(app_on_both, actions.give_consent, cast["seeker"], None, cast["agency"], "coaching", LATER, NOW)
    facts = write(
        app_on_both, actions.disclose, cast["seeker"], cast["stranger"], set(), {cast["agency"]}, "profile", NOW
    )
    assert (facts.birth_date, facts.segment) == (date(1999, 2, 3), "youth")


def test_a_scope_bounds_what_is_shown(app: Flask) -> None:
    seeker, employer = write(app, lambda s: make_account(s).id), write(app, lambda s: make_employer(s).id)
    given = {"seeker_id": seeker, "employer_id": employer, "purpose": "interview", "given_at": NOW, "until": LATER}
    write(app, lambda s: s.add(Consent(**given, scope="profile")))
    facts = write(app, actions.disclose, seeker, seeker, {employer}, set(), "profile", NOW)
    assert (facts.email, facts.phone) == (None, None)
    with pytest.raises(NotFound):
        write(app, actions.disclose, seeker, seeker, {employer}, set(), "resume", NOW)


def test_a_consent_for_the_same_is_one_receipt(app_on_both: Flask, cast: dict[str, int]) -> None:
    give = actions.give_consent, cast["seeker"], cast["employer"], None
    first = write(app_on_both, *give, "interview", LATER, NOW)
    assert write(app_on_both, *give, "interview", LATER + timedelta(days=1), NOW) == first
    assert write(app_on_both, *give, "interview", NOW + timedelta(days=1), NOW) == first  # never shorter
    with db.of(app_on_both).read() as session:
        held = queries.valid_consent(session, cast["seeker"], NOW, employer_id=cast["employer"])
        assert held is not None
        assert (held.id, held.until) == (first, LATER + timedelta(days=1))
        both = {cast["employer"], cast["other"]}
        assert queries.employers_allowed(session, cast["seeker"], both, NOW) == {cast["employer"]}
        assert queries.valid_consent(session, cast["seeker"], NOW, agency_id=cast["agency"]) is None
    write(app_on_both, actions.withdraw_consent, cast["seeker"], first, NOW)
    assert write(app_on_both, *give, "interview", LATER, NOW) != first


def test_nobody_withdraws_the_consent_of_others(app_on_both: Flask, cast: dict[str, int]) -> None:
    consent = write(app_on_both, actions.give_consent, cast["seeker"], cast["employer"], None, "interview", LATER, NOW)
    with pytest.raises(NotFound):
        write(app_on_both, actions.withdraw_consent, cast["stranger"], consent, NOW)
    with db.of(app_on_both).read() as session:
        assert queries.valid_consent(session, cast["seeker"], NOW, employer_id=cast["employer"]) is not None


def test_a_list_of_seekers_is_shown_at_once(app_on_both: Flask, cast: dict[str, int]) -> None:
    others = [write(app_on_both, lambda s: make_account(s).id) for _ in range(3)]
    for seeker in (*others[:2], cast["seeker"]):
        write(app_on_both, actions.give_consent, seeker, cast["employer"], None, "interview", LATER, NOW)
    wanted = [*others, cast["seeker"]]
    shown = write(
        app_on_both, actions.disclose_many, wanted, cast["recruiter"], {cast["employer"]}, set(), "profile", NOW
    )
    assert set(shown) == {*others[:2], cast["seeker"]}
    with db.of(app_on_both).read() as session:
        assert session.scalar(select(func.count()).select_from(Disclosure)) == 3


def test_an_account_is_made_without_a_letter(app_on_both: Flask) -> None:
    made = write(app_on_both, actions.make_account, "a@example.kr", "가", None, True, NOW)
    assert person(app_on_both, "a@example.kr").id == made
    assert kinds(app_on_both) == []
    with pytest.raises(rules.AddressTaken):
        write(app_on_both, actions.make_account, "a@example.kr", "나", None, True, NOW)
    with db.of(app_on_both).read() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 1
        assert session.scalar(select(func.count()).where(Resource.account_id == made)) == 1
