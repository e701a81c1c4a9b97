"""What a listing asks of who books for it: told on its form, checked when booking, passed over by staff alone."""

from typing import Any

import pytest
from sqlalchemy import select

from fairapp.accounts.models import Profile, Resume
from fairapp.booths.models import Listing
from fairapp.booths.rules import Needs, Readiness, what_is_missing
from fairapp.booths.rules.needs import need_errors
from fairapp.scheduling import actions, rules
from fairapp.scheduling.actions.waitlist import Wanted
from fairapp.scheduling.models import Booking, Offer
from fairapp.scheduling.rules import Wish
from tests.counting import counted
from tests.factories import NOW
from tests.scheduling.cast import Cast, words

WHY, WHEN = "왜 우리 회사인가요?", "언제부터 일할 수 있나요?"
ASKED = Needs(questions=(WHY, WHEN))


@pytest.mark.parametrize(
    ("needs", "ready", "answers", "said"),
    [
        (Needs(), Readiness(), {}, None),
        (Needs(resume=True), Readiness(), {}, "이력서"),
        (Needs(resume=True), Readiness(resume=True), {}, None),
        (Needs(segments=("youth",)), Readiness(segments=frozenset({"returnee"})), {}, "대상"),
        (Needs(segments=("youth",)), Readiness(segments=frozenset({"youth"})), {}, None),
        (ASKED, Readiness(), {WHY: "가까워요"}, "질문"),
        (ASKED, Readiness(), {WHY: "가까워요", WHEN: "  "}, "질문"),
        (ASKED, Readiness(), {WHY: "가까워요", WHEN: "1월"}, None),
        (ASKED, Readiness(), None, None),
    ],
)
def test_what_is_missing_is_said(
    needs: Needs, ready: Readiness, answers: dict[str, str] | None, said: str | None
) -> None:
    missing = what_is_missing(needs, ready, answers)
    assert (missing is None) if said is None else said in str(missing)
    assert Needs.of(needs.kept) == needs


def ask(cast: Cast, needs: Needs) -> None:
    """Let the listing ask."""
    cast.write(lambda session: setattr(session.get_one(Listing, cast.listing), "needs", needs.kept))


def book(cast: Cast, **wish: Any) -> Any:
    """Book for the listing."""
    return cast.write(actions.book, cast.slots[0], cast.seeker, Wish(listing_id=cast.listing, **wish), NOW)


@pytest.mark.parametrize("needs", [Needs(resume=True), Needs(segments=("youth",)), ASKED])
def test_who_is_not_ready_cannot_book_and_nothing_is_changed(cast_on_both: Cast, needs: Needs) -> None:
    cast = cast_on_both
    ask(cast, needs)
    for wish in ({}, {"hold": True}):
        with pytest.raises(rules.NotReady):
            book(cast, **wish)
    assert cast.rows(select(Booking)) == []
    assert book(cast, override="전화로 확인", by=cast.other).status == "confirmed"


def test_who_is_ready_books(cast_on_both: Cast) -> None:
    cast = cast_on_both
    ask(cast, Needs(True, (WHY,), ("youth",)))

    def get_ready(session: Any) -> None:
        own = session.get(Profile, cast.seeker) or Profile(account_id=cast.seeker, updated_at=NOW)
        own.segment = "youth"
        session.add(own)
        about = {"name": "이력서.pdf", "size": 1, "sha256": "0" * 64, "content": b"x", "uploaded_at": NOW}
        session.add(Resume(account_id=cast.seeker, **about))

    cast.write(get_ready)
    assert book(cast, answers={WHY: "가까워요"}).answers == {WHY: "가까워요"}


def test_who_waits_is_offered_a_time_though_nobody_asked_her_the_questions(cast_on_both: Cast) -> None:
    cast = cast_on_both
    first = book(cast)
    ask(cast, ASKED)
    wanted = Wanted(listing_id=cast.listing)
    cast.write(actions.join_waitlist, cast.other, NOW, booth_id=cast.booth, wanted=wanted)
    cast.write(actions.cancel, first.id, cast.seeker, NOW)
    assert len(cast.rows(select(Offer))) == 1


def test_who_waits_without_a_resume_is_passed_over(cast_on_both: Cast) -> None:
    cast = cast_on_both
    first = book(cast)
    ask(cast, Needs(resume=True))
    wanted = Wanted(listing_id=cast.listing)
    cast.write(actions.join_waitlist, cast.other, NOW, booth_id=cast.booth, wanted=wanted)
    cast.write(actions.cancel, first.id, cast.seeker, NOW)
    assert cast.rows(select(Offer)) == []


def test_the_page_asks_keeps_what_was_typed_and_shows_it_again(cast_on_both: Cast) -> None:
    cast = cast_on_both
    ask(cast, ASKED)
    client, path = cast.client(cast.seeker), f"/booths/{cast.booth}"
    with counted(cast.app) as asking:
        page = client.get(path)
    ask(cast, Needs())
    with counted(cast.app) as plain:
        client.get(path)
    assert asking == plain
    ask(cast, ASKED)
    assert WHY in words(page)
    assert f'name="answer-{cast.listing}-1"' in page.text
    form = cast.form(cast.slots[0]) | {f"answer-{cast.listing}-0": "<b>가까워요</b>"}
    refused = client.post(f"{path}/bookings", data=form)
    assert refused.status_code == 409
    assert "이 공고의 질문에 모두 답해 주세요" in words(refused)
    assert "&lt;b&gt;가까워요&lt;/b&gt;</textarea>" in refused.text
    made = client.post(f"{path}/bookings", data=form | {f"answer-{cast.listing}-1": "1월"})
    assert made.status_code == 303
    assert cast.rows(select(Booking))[0].answers == {WHY: "<b>가까워요</b>", WHEN: "1월"}
    assert "&lt;b&gt;가까워요&lt;/b&gt;" in client.get(made.location).text


def test_over_the_api_the_listing_says_what_it_asks(cast_on_both: Cast) -> None:
    cast = cast_on_both
    ask(cast, Needs(True, (WHY,)))
    client = cast.client(cast.seeker)
    listing = client.get(f"/api/v1/fairs/{cast.fair}/listings").json["items"][0]
    assert listing["needs"] == {"resume": True, "questions": [WHY], "segments": []}
    wanted = {"slot": str(cast.slots[0]), "listing": str(cast.listing), "consent": True}
    refused = client.post("/api/v1/bookings", json=wanted)
    assert (refused.status_code, refused.json["type"].rsplit("/", 1)[-1]) == (409, "not-ready")
    obstacle = client.get(f"/api/v1/slots/{cast.slots[0]}/obstacle?listing={cast.listing}")
    assert "이력서" in obstacle.text


@pytest.mark.parametrize(
    ("questions", "said"),
    [
        ("\n".join("가나다라마바"), "질문은 5개까지 물을 수 있어요"),
        ("가" * 201, "질문 하나는 200자까지 쓸 수 있어요"),
        ("왜요?\n왜요?", "같은 질문이 두 번 있어요"),
    ],
)
def test_a_listing_that_asks_too_much_is_refused(questions: str, said: str) -> None:
    told = Needs(questions=tuple(questions.split("\n")))
    assert [str(error.message) for error in need_errors(told)] == [said]
    assert [error.field for error in need_errors(Needs(segments=("king",)))] == ["segments"]


def test_a_recruiter_says_what_a_listing_asks(cast_on_both: Cast) -> None:
    cast = cast_on_both
    client = cast.client(cast.recruiter)
    path = f"/stand/{cast.booth}/listings/{cast.listing}/edit"
    page = client.get(path)
    form = {
        "rev": "1", "title": "재무 담당", "opens_at": "2026-11-01T09:00", "closes_at": "2026-12-31T18:00",
        "hours_per_week": "40", "headcount": "1", "experience": "any", "experience_years": "0", "education": "any",
        "resume": "y", "questions": f"{WHY}\n\n {WHEN} ", "segments": "youth",
    }  # fmt: skip
    assert page.status_code == 200
    saved = client.post(path, data=form)
    assert saved.status_code == 303, words(saved)
    kept = cast.rows(select(Listing).where(Listing.id == cast.listing))[0]
    assert Needs.of(kept.needs) == Needs(True, (WHY, WHEN), ("youth",))
    again = client.get(path).text
    assert "checked" in again.split('name="resume"')[0][-80:] + again.split('name="resume"')[1][:80]
    assert f"{WHY}\n{WHEN}" in again.replace("\r\n", "\n")
    assert "이력서를 올린 분만 예약할 수 있어요" in words(cast.client(cast.seeker).get(f"/listings/{cast.listing}"))
