"""Every letter of the way to a job, as it reads in both languages; and none that has been overtaken."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fairapp.live.models import Outbox
from fairapp.programmes import actions, pushes
from fairapp.programmes.rules import PoolFields
from fairapp.scheduling.actions import open_slots
from fairapp.scheduling.actions.slots import Offer
from tests import factories
from tests.factories import NOW
from tests.programmes.cast import Cast, counsel
from tests.programmes.test_actions import letters
from tests.programmes.test_pools import tell
from tests.programmes.test_referrals import make_open
from tests.programmes.test_returning import FITS

KOREAN = {
    "way.case": "서울일자리센터에서 한 분을 새로 맡았어요. 먼저 인사를 건네 주세요.",
    "way.counsellor": "서울일자리센터의 박상담 상담사가 일자리를 찾을 때까지 함께해요.",
    "way.waiting": "달서구일자리센터의 상담사가 모두 차 있어요. 자리가 나면 신청한 차례대로 바로 알려 드려요.",
    "way.ask": "대구 박람회에서 아직 일자리를 찾지 못했다면 서울일자리센터 상담사가 함께 찾아요."
    " 원하면 아래에서 동의해 주세요.",
    "way.plan": "상담사가 함께 이룰 계획을 적었어요. 읽고 동의하거나 바꾸고 싶은 점을 알려 주세요.",
    "way.plan_answer": "계획에 동의했어요.",
    "way.referral_ask": "상담사가 달서구일자리센터에 나를 소개하려고 해요. 동의해야만 내 정보가 전해져요.",
    "way.referral_new": "서울일자리센터에서 한 분을 소개했어요. 2026년 12월 8일 (화)까지 답해 주세요.",
    "way.referral_due": "서울일자리센터에서 한 분을 소개했어요. 2026년 12월 8일 (화)까지 답해 주세요.",
    "way.referral_news": "(주)명성에 한 소개에 새 소식이 있어요.",
    "way.pool": "훈련생에 새로 들어온 사람이 1명 있어요.",
    "way.invite": "상담사가 11월 24일 (화)에 여는 단체 프로그램에 초대했어요. 자리가 있을 때 예약해 주세요.",
    "way.candidacy": "‘재무 담당’ 공고에서 함께 일할 사람을 찾아요. 동의해야만 내 이름과 정보가 기업에 전해져요.",
    "way.meeting": "‘재무 담당’ 공고의 기업에서 만나고 싶어 해요. 편한 면접 시간을 골라 주세요.",
}
ENGLISH = {
    "way.case": "You have a new person at Seoul Job Centre. Please say hello first.",
    "way.counsellor": "박상담 of Seoul Job Centre is with you until you find a job.",
    "way.waiting": "All counsellors of Dalseo Job Centre are full. We tell you as soon as it is your turn.",
    "way.ask": "If you have not found a job at Daegu fair, a counsellor of Seoul Job Centre looks for one with you."
    " If you like, agree below.",
    "way.plan": "Your counsellor has written a plan. Please read it and agree, or say what should change.",
    "way.plan_answer": "The plan was agreed on.",
    "way.referral_ask": "Your counsellor would like to refer you to Dalseo Job Centre. Your data goes out only if you agree.",
    "way.referral_new": "Seoul Job Centre has referred somebody to you. Please answer by Tue 8 December 2026.",
    "way.referral_due": "Seoul Job Centre has referred somebody to you. Please answer by Tue 8 December 2026.",
    "way.referral_news": "There is news of the referral to (주)명성.",
    "way.pool": "New people in 훈련생: 1.",
    "way.invite": "Your counsellor invites you to a group session on Tue 24 November. Please book while there are seats.",
    "way.candidacy": "Somebody is wanted for “재무 담당”. Your name and data go to the employer only if you agree.",
    "way.meeting": "The employer of “재무 담당” would like to meet you. Please choose a time for the interview.",
}


def tour(session: Any, cast: Cast, fair: int) -> int:
    """Open a session for many by the first counsellor."""
    coach = factories.make_coach(session, fair, account_id=cast.counsellors[0], agency_id=cast.agency)
    offer = Offer(fair, "group", coach.account_id, coach_id=coach.id, agency_id=cast.agency, topic="tour", capacity=9)
    start = NOW + timedelta(hours=2)
    return open_slots(session, offer, [(start, start + timedelta(hours=1))], NOW).slots[0]


@pytest.fixture
def everything(cast: Cast) -> Cast:
    """Let everything happen of which letters tell."""
    who, by, write = cast.seekers[0], cast.counsellors[0], cast.write
    cast.case()
    at = write(make_open, cast.agency)
    write(_named, at)
    helper = write(counsel, cast.other_agency)
    write(actions.set_limit, cast.other_agency, helper, 0, cast.organizer, NOW)
    write(actions.assign, cast.other_agency, who, NOW)
    write(actions.ask_consent, cast.agency, cast.stranger, None, NOW, fair_id=at.fair)
    plan = write(actions.offer_plan, cast.agency, who, "계획", by, NOW)
    write(actions.answer_plan, plan, who, True, "", NOW)
    write(actions.offer_plan, cast.agency, who, "다음 계획", by, NOW)
    write(actions.refer, cast.agency, who, by, "성실해요", NOW, to_agency_id=cast.other_agency)
    sent = write(actions.refer, cast.agency, who, by, "성실해요", NOW, listing_id=at.listing)
    write(actions.answer_referral_ask, sent, who, True, NOW)
    write(actions.remind_of_referral, sent, NOW + timedelta(days=20))
    write(tell, who, **FITS)
    write(actions.enrol, who, cast.agency, "course", "회계", date(2026, 11, 1), date(2026, 11, 30), "active", NOW)
    pool = write(actions.make_pool, cast.agency, PoolFields("trainees", "훈련생", counsellors=(by,)), NOW)
    write(actions.see_pool, pool, NOW)
    write(actions.ask_candidate, at.listing, who, at.recruiter, NOW)
    _invited(cast, at)
    write(actions.invite, write(tour, cast, at.fair), cast.agency, [who], by, NOW)
    return cast


def _invited(cast: Cast, at: Any) -> None:
    """Let another of the pool agree to be seen, and the employer invite her."""
    other, write = cast.seekers[1], cast.write
    write(tell, other, **FITS)
    write(actions.enrol, other, cast.agency, "course", "회계", date(2026, 11, 1), date(2026, 11, 30), "active", NOW)
    asked = write(actions.ask_candidate, at.listing, other, at.recruiter, NOW)
    write(actions.answer_candidacy, asked, other, True, NOW)
    write(actions.invite_candidate, at.listing, other, at.recruiter, NOW)


def _named(session: Any, at: Any) -> None:
    for table, about, name in (("fair", at.fair, "대구 박람회"), ("employer", at.employer, "(주)명성")):
        english = "Daegu fair" if table == "fair" else ""
        session.connection().exec_driver_sql(
            f"UPDATE {table} SET name = '{name}', name_en = '{english}' WHERE id = {about}"
        )
    session.connection().exec_driver_sql(f"UPDATE listing SET title = '재무 담당' WHERE id = {at.listing}")


@pytest.mark.parametrize(("language", "texts"), [("ko", KOREAN), ("en", ENGLISH)])
def test_the_letters_read_as_they_are_kept_here(everything: Cast, language: str, texts: dict[str, str]):
    assert texts.keys() == pushes.LETTERS.keys()
    told: dict[str, str] = {}
    for kind in texts:
        for letter in letters(everything, kind, language):
            if letter is not None:
                told[kind] = letter.text.splitlines()[2]
                assert letter.subject
                assert letter.text.splitlines()[4].startswith(everything.app.config["SETTINGS"].base_url)
    assert told == texts


def test_no_letter_names_anybody_but_its_reader_and_her_counsellor(everything: Cast):
    for kind in KOREAN:
        rows = everything.read(lambda s, one=kind: s.scalars(select(Outbox.account_id).where(Outbox.kind == one)).all())
        for reader, letter in zip(rows, letters(everything, kind), strict=True):
            if letter is not None and reader != everything.seekers[0]:
                assert "최정한별" not in letter.text + letter.subject
