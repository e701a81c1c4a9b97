"""Referrals: nothing goes out before her yes, each side sees its own, answers and reminders are tracked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fairapp.accounts.actions import give_consent, withdraw_consent
from fairapp.accounts.models import Consent, Disclosure
from fairapp.errors import Invalid, NotFound
from fairapp.live.models import Outbox
from fairapp.outcomes import actions as ledger
from fairapp.outcomes.actions import Found
from fairapp.programmes import actions, jobs, queries, rules
from fairapp.programmes.models import Referral
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling.rules import Wish
from tests import factories
from tests.factories import NOW
from tests.outcomes.cast import BEFORE, open_listing, open_slot
from tests.programmes.cast import Cast, counsel
from tests.programmes.test_pages import words

pytestmark = pytest.mark.usefixtures("at_now")


@dataclass
class Open:
    """A listing that can be seen, with its recruiter and booth."""

    listing: int
    booth: int
    fair: int
    employer: int
    recruiter: int


def make_open(session: Any, agency_id: int) -> Open:
    """Make a fair of the agency with a listing that is open."""
    fair = factories.make_fair(session, agency_id=agency_id, starts_at=NOW - timedelta(hours=4))
    booth = factories.make_booth(session, fair_id=fair.id)
    listing = open_listing(session, booth.id)
    recruiter = factories.make_membership(session, role="recruiter", employer_id=booth.employer_id).account_id
    return Open(listing, booth.id, fair.id, booth.employer_id, recruiter)


@pytest.fixture
def refer(cast_on_both: Cast) -> Callable[..., int]:
    """Return a function that refers the first seeker."""
    cast_on_both.case()

    def do(**to: Any) -> int:
        given = (cast_on_both.seekers[0], cast_on_both.counsellors[0], "성실해요", NOW)
        return int(cast_on_both.write(actions.refer, cast_on_both.agency, *given, **to))

    return do


def letters(cast: Cast) -> list[tuple[str, int | None]]:
    """Return kind and reader of the letters about referrals."""
    found = select(Outbox.kind, Outbox.account_id).where(Outbox.kind.startswith("way.referral")).order_by(Outbox.id)
    return cast.read(lambda s: [tuple(row) for row in s.execute(found)])


def told(cast: Cast, referral: int) -> list[str]:
    """Return the steps of a referral."""
    return [step.what for step in cast.read(queries.steps_of_referral, referral)]


def test_nothing_goes_out_before_she_agrees_and_then_to_this_employer_alone(
    cast_on_both: Cast, refer: Callable[..., int]
):
    cast = cast_on_both
    at = cast.write(make_open, cast.agency)
    made = refer(listing_id=at.listing)
    recruiter = cast.client(at.recruiter)
    assert recruiter.get(f"/referrals/{made}").status_code == 404
    assert words(recruiter.get("/referrals")).count("data-referral=") == 0
    with pytest.raises(NotFound):
        cast.write(actions.answer_referral_ask, made, cast.seekers[1], True, NOW)
    cast.write(actions.answer_referral_ask, made, cast.seekers[0], True, NOW)
    consent = cast.read(lambda s: s.scalar(select(Consent).where(Consent.purpose == "referral")))
    assert (consent.seeker_id, consent.employer_id, consent.agency_id) == (cast.seekers[0], at.employer, None)
    veiled = words(recruiter.get(f"/referrals/{made}"))
    assert "최정한별" not in veiled
    assert "성실해요" not in veiled
    assert "열어 보기" in veiled
    recruiter.post(f"/referrals/{made}", data={"do": "open"})
    page = words(recruiter.get(f"/referrals/{made}"))
    assert "최정한별" in page
    assert "성실해요" in page
    seen = cast.read(lambda s: s.scalars(select(Disclosure.consent_id)).all())
    assert consent.id in seen
    for other in (cast.stranger, cast.seekers[0], cast.counsellors[1]):
        assert cast.client(other).get(f"/referrals/{made}").status_code == 404
    cast.write(withdraw_consent, cast.seekers[0], consent.id, NOW)
    page = words(recruiter.get(f"/referrals/{made}"))
    assert "최정한별" not in page
    assert "동의를 거두었어요" in page


def test_an_interview_s_consent_does_not_open_a_referral(cast_on_both: Cast, refer: Callable[..., int]):
    cast = cast_on_both
    at = cast.write(make_open, cast.agency)
    made = refer(listing_id=at.listing)
    cast.write(actions.answer_referral_ask, made, cast.seekers[0], True, NOW)
    cast.write(actions.see_referral, made, at.recruiter, NOW)
    cast.write(give_consent, cast.seekers[0], at.employer, None, "interview", NOW + timedelta(days=9), NOW)
    referral = cast.read(lambda s: s.get(Referral, made))
    cast.write(withdraw_consent, cast.seekers[0], referral.consent_id, NOW)
    assert "최정한별" not in words(cast.client(at.recruiter).get(f"/referrals/{made}"))


def test_the_answer_interview_and_result_are_followed(cast_on_both: Cast, refer: Callable[..., int]):
    cast = cast_on_both
    at = cast.write(make_open, cast.agency)
    made = refer(listing_id=at.listing)
    cast.write(actions.answer_referral_ask, made, cast.seekers[0], True, NOW)
    for early in ((actions.answer_referral, True, "네"),):
        with pytest.raises(rules.WrongReferral):  # it was not opened yet
            cast.write(early[0], made, at.recruiter, *early[1:], NOW)
    cast.write(actions.see_referral, made, at.recruiter, NOW)
    cast.write(actions.see_referral, made, at.recruiter, NOW)
    with pytest.raises(Invalid):
        cast.write(actions.answer_referral, made, at.recruiter, False, " ", NOW)
    cast.write(actions.answer_referral, made, at.recruiter, True, "만나고 싶어요", NOW)
    assert told(cast, made) == ["asked", "sent", "seen", "accepted"]
    host = cast.write(lambda s: factories.make_seeker(s).id)
    slot = cast.write(open_slot, at.fair, host, NOW + timedelta(hours=1), booth_id=at.booth)
    booking = cast.write(scheduling.book, slot, cast.seekers[0], Wish(listing_id=at.listing, consent=True), BEFORE).id
    row = cast.read(queries.referral, made)
    assert (row.interview_at, row.outcome) == (NOW + timedelta(hours=1), None)
    later = NOW + timedelta(hours=3)
    cast.write(ledger.append_outcome, booking, Found("interviewed", date(2026, 11, 24)), at.recruiter, later)
    assert cast.read(queries.referral, made).outcome == "interviewed"
    cast.write(actions.tell_result, made, at.recruiter, "함께 일하기로 했어요", later)
    with pytest.raises(rules.WrongReferral):
        cast.write(actions.withdraw_referral, made, cast.counsellors[0], later)
    assert told(cast, made)[-1] == "result"
    kinds = [kind for kind, reader in letters(cast) if reader == cast.counsellors[0]]
    assert kinds == ["way.referral_news"] * 3
    page = words(cast.client(cast.counsellors[0]).get(f"/referrals/{made}"))
    assert "함께 일하기로 했어요" in page
    assert "최정한별" not in page  # the page shows a counsellor how it went; who it is stands on the person's page


def test_another_agency_that_accepts_asks_for_consent_to_counsel(cast_on_both: Cast, refer: Callable[..., int]):
    cast = cast_on_both
    helper = cast.write(counsel, cast.other_agency, name="조상담")
    made = refer(to_agency_id=cast.other_agency)
    cast.write(actions.answer_referral_ask, made, cast.seekers[0], True, NOW)
    client = cast.client(helper)
    client.post(f"/referrals/{made}", data={"do": "open"})
    assert "최정한별" in words(client.get(f"/referrals/{made}"))
    assert client.post(f"/referrals/{made}", data={"do": "decline", "text": ""}).status_code == 422
    client.post(f"/referrals/{made}", data={"do": "accept", "text": "함께할게요"})
    ask = cast.read(queries.asks_of, cast.seekers[0])[0].ConsentAsk
    assert ask.agency_id == cast.other_agency
    cast.write(actions.answer_ask, ask.id, cast.seekers[0], True, NOW)
    assert cast.read(queries.open_assignment, cast.other_agency, cast.seekers[0]).counsellor_id == helper
    assert cast.read(queries.open_assignment, cast.agency, cast.seekers[0]).counsellor_id == cast.counsellors[0]


def test_what_cannot_be_referred_is_refused(cast_on_both: Cast, refer: Callable[..., int]):
    cast = cast_on_both
    at = cast.write(make_open, cast.agency)
    closed = cast.write(lambda s: open_listing(s, at.booth, closes_at=NOW - timedelta(hours=1)))
    for to in (
        {},
        {"listing_id": at.listing, "to_agency_id": cast.other_agency},
        {"listing_id": closed},
        {"listing_id": 10**9},
        {"to_agency_id": cast.agency},
        {"to_agency_id": cast.other_agency},  # it has no counsellor
    ):
        with pytest.raises(Invalid):
            refer(**to)
    made = refer(listing_id=at.listing)
    with pytest.raises(rules.ReferredBefore):
        refer(listing_id=at.listing)
    cast.write(actions.answer_referral_ask, made, cast.seekers[0], False, NOW)
    assert told(cast, made) == ["asked", "refused"]
    for again in (True, False):
        with pytest.raises(rules.WrongReferral):
            cast.write(actions.answer_referral_ask, made, cast.seekers[0], again, NOW)
    refer(listing_id=at.listing)  # she may be asked again
    assert cast.read(lambda s: s.scalars(select(Consent.id).where(Consent.purpose == "referral")).all()) == []


def test_who_is_late_is_reminded_once_a_week(cast_on_both: Cast, refer: Callable[..., int]):
    cast = cast_on_both
    at = cast.write(make_open, cast.agency)
    made = refer(listing_id=at.listing)
    cast.write(actions.answer_referral_ask, made, cast.seekers[0], True, NOW)
    day = timedelta(days=1)
    assert [jobs.remind_of_referrals(NOW + n * day) for n in (14, 15, 16, 21, 22, 23)] == [0, 1, 0, 0, 1, 0]
    assert told(cast, made) == ["asked", "sent", "reminded", "reminded"]
    due = [reader for kind, reader in letters(cast) if kind == "way.referral_due"]
    assert due == [at.recruiter, at.recruiter]
    cast.write(actions.see_referral, made, at.recruiter, NOW + 23 * day)
    cast.write(actions.answer_referral, made, at.recruiter, True, "", NOW + 23 * day)
    assert jobs.remind_of_referrals(NOW + 60 * day) == 0
    assert cast.read(queries.breaches) == []


def test_the_page_of_a_referral_refuses_what_is_no_deed(cast_on_both: Cast, refer: Callable[..., int]):
    cast = cast_on_both
    at = cast.write(make_open, cast.agency)
    made = refer(listing_id=at.listing)
    own, recruiter = cast.client(cast.counsellors[0]), cast.client(at.recruiter)
    assert own.post(f"/referrals/{made}", data={"do": "accept"}).status_code == 404
    assert recruiter.post(f"/referrals/{made}", data={"do": "open"}).status_code == 404
    mine = cast.client(cast.seekers[0])
    assert "성실해요" in words(mine.get(f"/me/referrals/{made}"))
    assert cast.client(cast.seekers[1]).get(f"/me/referrals/{made}").status_code == 404
    mine.post(f"/me/referrals/{made}", data={"do": "agree"})
    assert recruiter.post(f"/referrals/{made}", data={"do": "dance"}).status_code == 404
    assert own.post(f"/referrals/{made}", data={"do": "withdraw"}).status_code == 303
    assert recruiter.get(f"/referrals/{made}").status_code == 404
    assert words(recruiter.get("/referrals")).count("data-referral=") == 0
