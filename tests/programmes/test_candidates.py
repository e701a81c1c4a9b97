"""Candidates from the pools: reasons first, a name after her yes."""

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from fairapp.accounts.actions import withdraw_consent
from fairapp.accounts.models import Consent
from fairapp.errors import Invalid, NotFound
from fairapp.live.models import Outbox
from fairapp.programmes import actions, queries
from fairapp.programmes.rules import PoolFields
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.programmes.cast import Cast
from tests.programmes.test_pages import words
from tests.programmes.test_pools import tell
from tests.programmes.test_referrals import Open, make_open
from tests.programmes.test_returning import FITS, LATER, at

__all__ = ["at"]


def trainee(cast: Cast, seeker: int, **told: Any) -> int:
    """Put somebody with a profile into a pool of trainees; return the pool."""
    cast.write(tell, seeker, **FITS | told)
    days = (date(2026, 11, 1), date(2026, 11, 30))
    cast.write(actions.enrol, seeker, cast.agency, "course", "회계", *days, "active", NOW)
    return int(cast.write(actions.make_pool, cast.agency, PoolFields("trainees", "훈련생"), NOW))


@pytest.mark.usefixtures("at_now")
def test_an_employer_sees_reasons_first_and_a_name_after_her_yes(cast_on_both: Cast, at: Open):
    cast = cast_on_both
    trainee(cast, cast.seekers[0])
    trainee(cast, cast.stranger)  # she does not let the agency counsel her: no candidate
    recruiter, path = cast.client(at.recruiter), f"/stand/listings/{at.listing}/candidates"
    page = words(recruiter.get(path))
    assert page.count("data-candidate=") == 1
    for said in ("후보 1", "하고 싶은 일이에요", "원하는 곳이에요", "12월 1일 (화)부터 일할 수 있어요"):
        assert said in page
    assert "최정한별" not in page
    assert f"candidates/{cast.seekers[0]}" not in page  # nor the id of her account
    key = page.split(f"{path}/")[1].split('"')[0]
    for bad in ("x", "1" * 24, "한글"):
        recruiter.post(f"{path}/{bad}")
    assert cast.read(queries.candidacies_of, cast.seekers[0]) == []
    recruiter.post(f"{path}/{key}")
    recruiter.post(f"{path}/{key}")
    asked = cast.read(queries.candidacies_of, cast.seekers[0])
    assert len(asked) == 1
    assert "답을 기다려요" in words(recruiter.get(path))
    mine, question = cast.client(cast.seekers[0]), f"/me/candidacies/{asked[0].Candidacy.id}"
    assert cast.client(cast.seekers[1]).get(question).status_code == 404
    assert "나를 알려도 될까요?" in words(mine.get(question))
    mine.post(question, data={"do": "agree"})
    page = words(recruiter.get(path))
    assert ("최정한별" in page, "면접에 초대하기" in page) == (True, True)
    invited_twice_is_one_letter(cast, recruiter, path, key)
    assert f"/booths/{at.booth}?listing={at.listing}" in words(mine.get("/me/plan"))
    consent = cast.read(lambda s: s.scalar(select(Consent.id).where(Consent.purpose == "referral")))
    cast.write(withdraw_consent, cast.seekers[0], consent, NOW)
    assert "최정한별" not in words(recruiter.get(path))
    recruiter.post(f"{path}/{key}", data={"do": "invite"})
    assert "이제 후보가 아니에요" in words(recruiter.get(path))
    assert f"/booths/{at.booth}?listing={at.listing}" not in words(mine.get("/me/plan"))


def invited_twice_is_one_letter(cast: Cast, recruiter: FlaskClient, path: str, key: str) -> None:
    """Invite the first seeker twice on a day: she gets one letter, and the page says that she was invited."""
    for _twice in range(2):
        recruiter.post(f"{path}/{key}", data={"do": "invite"})
    page = words(recruiter.get(path))
    assert ("11월 24일 (화)에 초대했어요" in page, "다시 초대하기" in page) == (True, True)
    assert "면접에 초대하기" not in page
    letters = select(Outbox.account_id).where(Outbox.kind == "way.meeting")
    assert cast.read(lambda s: s.scalars(letters).all()) == [cast.seekers[0]]


@pytest.mark.usefixtures("at_now")
def test_candidates_are_for_the_listing_s_recruiters_alone(cast_on_both: Cast, at: Open):
    cast, path = cast_on_both, f"/stand/listings/{at.listing}/candidates"
    for stranger in (cast.seekers[1], cast.counsellors[0]):
        assert cast.client(stranger).get(path).status_code in (403, 404)
    other = cast.write(lambda s: make_open(s, cast.agency))
    assert cast.client(other.recruiter).get(path).status_code == 404


@pytest.mark.usefixtures("at_now")
def test_who_declined_is_no_candidate_any_more_and_nobody_is_asked_for_nothing(cast_on_both: Cast, at: Open):
    cast = cast_on_both
    who = cast.seekers[0]
    trainee(cast, who)
    made = cast.write(actions.ask_candidate, at.listing, who, at.recruiter, NOW)
    cast.write(actions.answer_candidacy, made, who, False, NOW)
    with pytest.raises(actions.AskAnswered):
        cast.write(actions.answer_candidacy, made, who, True, NOW)
    with pytest.raises(actions.NoCandidate):
        cast.write(actions.ask_candidate, at.listing, who, at.recruiter, NOW)
    with pytest.raises(actions.NoCandidate):
        cast.write(actions.ask_candidate, at.listing, cast.seekers[1], at.recruiter, NOW)
    with pytest.raises(NotFound):
        cast.write(actions.ask_candidate, 10**9, who, at.recruiter, NOW)
    with pytest.raises(Invalid):
        cast.write(actions.set_wish, at.listing, False, date(2026, 11, 23), at.recruiter, NOW)
    path = f"/stand/listings/{at.listing}/candidates"
    assert cast.client(at.recruiter).post(path, data={"starts_on": "2020-01-01"}).status_code == 422
    assert cast.client(at.recruiter).post(path, data={"key_people": "y", "starts_on": "2026-12-24"}).status_code == 303
    wish = cast.read(queries.listing_for_pools, at.listing).wanted
    assert (wish.key_people, wish.starts_on) == (True, date(2026, 12, 24))


def test_key_people_come_home_first(cast_on_both: Cast, at: Open):
    cast = cast_on_both
    near, home = cast.seekers[:2]
    trainee(cast, near)
    cast.write(tell, home, region="11110", wish_occupation="0231", education="bachelor", experience_years=9)
    cast.write(actions.set_homecoming, home, "27290", None, NOW)
    cast.write(actions.make_pool, cast.agency, PoolFields("returnees", "귀향"), NOW)

    def order() -> list[int]:
        found = cast.read(lambda s: queries.candidates(s, queries.listing_for_pools(s, at.listing), NOW))
        return [one.seeker_id for one in found]

    assert order() == [home, near]  # alike in points, and free at once
    cast.write(actions.set_wish, at.listing, True, None, at.recruiter, NOW)
    found = cast.read(lambda s: queries.candidates(s, queries.listing_for_pools(s, at.listing), NOW))
    assert [(one.seeker_id, "key_people" in one.fit.reasons) for one in found] == [(home, True), (near, False)]


@pytest.mark.usefixtures("at_now")
def test_candidates_take_the_same_queries_for_one_and_thirty(cast_on_both: Cast, at: Open):
    cast = cast_on_both
    trainee(cast, cast.seekers[0])
    client, path = cast.client(at.recruiter), f"/stand/listings/{at.listing}/candidates"
    client.get(path)
    with counted(cast.app) as few:
        client.get(path)

    def more(session: Any) -> None:
        for _ in range(30):
            who = factories.make_seeker(session).id
            tell(session, who, **FITS)
            days = (date(2026, 11, 1), date(2026, 11, 30))
            actions.enrol(session, who, cast.agency, "course", "회계", *days, "active", NOW)
            session.add(
                Consent(
                    seeker_id=who,
                    agency_id=cast.agency,
                    purpose="counselling",
                    scope="profile",
                    given_at=NOW,
                    until=LATER,
                )
            )

    cast.write(more)
    with counted(cast.app) as many:
        page = words(client.get(path))
    assert page.count("data-candidate=") == 30
    assert int(few) == int(many), f"{few}\n{many}"
