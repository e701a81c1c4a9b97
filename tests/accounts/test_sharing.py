"""Roles, profiles, and consent to see them, on both databases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.accounts import actions, queries
from fairapp.accounts.models import Consent, Disclosure, Membership
from fairapp.accounts.rules import ProfileFields
from fairapp.errors import Forbidden, Invalid, NotFound
from tests.accounts.steps import person, write
from tests.factories import NOW, make_account, make_agency, make_employer, make_membership

LATER = NOW + timedelta(days=30)


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
