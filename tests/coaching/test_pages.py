"""The pages of coaches: the list, one coach, booking beside interviews, posts, adding a coach."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from fairapp.accounts.models import Consent, Membership
from fairapp.coaching.models import Coach
from fairapp.fairs.models import Fair
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling.models import Booking, WaitlistEntry
from fairapp.scheduling.rules import NotOpen, Wish
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.scheduling.cast import Cast, words

SOON = NOW + timedelta(minutes=30)


def test_the_coaches_of_a_fair_say_when_they_are_free(cast_on_both: Cast) -> None:
    cast = cast_on_both
    cast.write(lambda s: factories.make_coach(s, cast.fair, topics=["career"]).id)
    text = words(cast.client(None).get(f"/fairs/{cast.slug}/coaches"))
    assert "박코치 코치" in text
    assert "11월 24일 (화) 오후 12:00 가능" in text
    assert "진로 상담" in text
    assert "빈 시간이 나면 알려 드려요" in text
    assert "코치 더하기" not in text
    assert "코치 더하기" in words(cast.client(cast.organizer).get(f"/fairs/{cast.slug}/coaches"))


def test_the_list_takes_as_many_queries_for_thirty_coaches_as_for_three(cast: Cast) -> None:
    client, path = cast.client(cast.seeker), f"/fairs/{cast.slug}/coaches"
    cast.write(lambda s: [factories.make_coach(s, cast.fair).id for _ in range(2)])
    with counted(cast.app) as few:
        client.get(path)
    cast.write(lambda s: [factories.make_coach(s, cast.fair).id for _ in range(27)])
    with counted(cast.app) as many:
        page = client.get(path)
    assert words(page).count("data-coach=") == 30
    assert int(few) == int(many), f"{few}\n{many}"


def test_many_coaches_come_page_by_page(cast: Cast) -> None:
    cast.write(lambda s: [factories.make_coach(s, cast.fair).id for _ in range(50)])
    client = cast.client(None)
    first = words(client.get(f"/fairs/{cast.slug}/coaches"))
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert first.count("data-coach=") == 50
    assert words(client.get(following)).count("data-coach=") == 1
    assert client.get(f"/fairs/{cast.slug}/coaches?after=x").status_code == 422


def test_a_fair_without_coaches_and_one_that_is_a_draft(cast: Cast) -> None:
    def make(session: Any) -> tuple[str, str]:
        empty = factories.make_fair(session)
        draft = factories.make_fair(session, announced_at=None)
        return empty.slug, draft.slug

    empty, draft = cast.write(make)
    assert "아직 코치가 없어요" in words(cast.client(None).get(f"/fairs/{empty}/coaches"))
    assert cast.client(cast.seeker).get(f"/fairs/{draft}/coaches").status_code == 404
    assert cast.client(None).get("/fairs/nowhere/coaches").status_code == 404


def test_a_seeker_books_a_session_and_lets_the_agency_see_her_profile(cast_on_both: Cast) -> None:
    cast = cast_on_both
    form = {"slot": str(cast.sessions[1]), "note": "자기소개가 어려워요", "consent": "y"}
    answer = cast.client(cast.seeker).post(f"/coaches/{cast.coach}/bookings", data=form)
    assert answer.status_code == 303
    booking = cast.rows(select(Booking))[0]
    assert (booking.status, booking.slot_id, booking.note) == ("confirmed", cast.sessions[1], "자기소개가 어려워요")
    assert [(c.agency_id, c.employer_id) for c in cast.rows(select(Consent))] == [(cast.agency, None)]


def test_a_session_that_overlaps_an_interview_is_refused_with_other_times(cast: Cast) -> None:
    cast.book(cast.slots[0], cast.seeker)
    client = cast.client(cast.seeker)
    shown = words(client.get(f"/coaches/{cast.coach}"))
    assert "다른 일정" in shown.split(f'id="slot-{cast.sessions[0]}"')[1].split("</label>")[0]
    form = {"slot": str(cast.sessions[0]), "note": "적은 말", "consent": "y"}
    answer = client.post(f"/coaches/{cast.coach}/bookings", data=form)
    text = words(answer)
    assert answer.status_code == 409
    assert "그 시간에 다른 일정이 있어요" in text
    assert "적은 말" in text
    nearest = text.split('id="nearest"')[1].split("</fieldset>")[0]
    assert [slot for slot in cast.sessions if f'value="{slot}"' in nearest] == cast.sessions[1:]
    assert cast.rows(select(func.count()).select_from(Booking)) == [1]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"slot": ""}, "시간을 골라 주세요"),
        ({"slot": "abc"}, "이 코치의 시간"),
        ({"slot": "99999"}, "이 코치의 시간"),
        ({"slot": "booth"}, "이 코치의 시간"),
        ({"note": "가" * 1001}, "1,000자까지"),
        ({"note": "\ud800"}, ""),
        ({"consent": None}, "동의해야"),
    ],
)
def test_bad_input_gets_a_sentence_and_books_nothing(cast: Cast, changes: dict[str, Any], sentence: str) -> None:
    given = {"slot": str(cast.sessions[0]), "note": "", "consent": "y"} | changes
    if given["slot"] == "booth":
        given["slot"] = str(cast.slots[0])
    if given["note"] == "\ud800":
        given["note"] = "\x00"
    form = {name: value for name, value in given.items() if value is not None}
    answer = cast.client(cast.seeker).post(f"/coaches/{cast.coach}/bookings", data=form)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert cast.rows(select(Booking)) == []


def test_who_is_not_signed_in_comes_back_with_the_time(cast: Cast) -> None:
    path = f"/coaches/{cast.coach}/bookings?slot={cast.sessions[1]}"
    assert cast.client(None).get(path).location.startswith("/sign-in?next=")
    assert cast.client(cast.seeker).get(path).location == f"/coaches/{cast.coach}?slot={cast.sessions[1]}#book"


@pytest.mark.parametrize("ref", ["0", "abc", "9" * 30, "4321"])
def test_no_such_coach(cast: Cast, ref: str) -> None:
    assert cast.client(None).get(f"/coaches/{ref}").status_code == 404
    assert cast.client(cast.seeker).post(f"/coaches/{ref}/bookings", data={}).status_code == 404
    assert cast.client(cast.seeker).post(f"/coaches/{ref}/waitlist").status_code == 404


def test_a_full_coach_offers_to_wait(cast: Cast) -> None:
    people = cast.write(lambda s: [factories.make_seeker(s).id for _ in range(3)])
    for slot, who in zip(cast.sessions, people, strict=True):
        cast.book(slot, who)
    client = cast.client(cast.seeker)
    assert "지금은 빈 시간이 없어요" in words(client.get(f"/coaches/{cast.coach}"))
    client.post(f"/coaches/{cast.coach}/waitlist")
    assert "1번째로 기다리고 있어요" in words(client.get(f"/coaches/{cast.coach}"))
    assert len(cast.rows(select(WaitlistEntry))) == 1


def test_the_page_takes_as_many_queries_for_thirty_times_as_for_three(cast: Cast) -> None:
    client, path = cast.client(cast.seeker), f"/coaches/{cast.coach}"
    with counted(cast.app) as few:
        client.get(path)

    def more(session: Any) -> None:
        factories.make_coaching(session, session.get_one(Coach, cast.coach), 27, start=NOW + timedelta(hours=5))

    cast.write(more)
    with counted(cast.app) as many:
        page = client.get(path)
    assert words(page).count("data-slot=") == 30
    assert int(few) == int(many), f"{few}\n{many}"


def join(cast: Cast, fair: int, /, **changes: Any) -> dict[str, Any]:
    """Return what the form for becoming a coach at a fair sends."""
    form = {
        "fair": str(fair),
        "agency": str(cast.agency),
        "topics": ["interview", "resume"],
        "about": "12년",
        "place": "",
    }
    return form | changes


def test_a_coach_joins_a_fair_once_and_goes_on_to_her_hours(cast: Cast) -> None:
    client = cast.client(cast.coach_account)
    other = cast.write(lambda s: factories.make_fair(s).id)
    assert "대구 청년 박람회" in words(client.get("/coach"))
    answer = client.post("/coach", data=join(cast, other))
    made = cast.rows(select(Coach).where(Coach.fair_id == other))[0]
    assert answer.location == f"/coach/{made.id}/hours"
    assert (made.account_id, made.topics, made.about) == (cast.coach_account, ["interview", "resume"], "12년")
    again = client.post("/coach", data=join(cast, other))
    assert again.status_code == 422
    assert len(cast.rows(select(Coach).where(Coach.fair_id == other))) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"fair": ""},
        {"fair": "abc"},
        {"fair": "99999"},
        {"agency": "99999"},
        {"topics": []},
        {"topics": ["magic"]},
        {"about": "가" * 2001},
        {"place": "나" * 121},
        {"place": "\x00"},
    ],
)
def test_a_bad_post_is_refused(cast: Cast, changes: dict[str, Any]) -> None:
    other = cast.write(lambda s: factories.make_fair(s).id)
    answer = cast.client(cast.coach_account).post("/coach", data=join(cast, other, **changes))
    assert answer.status_code == 422
    assert 'class="error-summary"' in words(answer)
    assert cast.rows(select(Coach).where(Coach.fair_id == other)) == []


def test_only_coaches_have_posts(cast: Cast) -> None:
    for who in (cast.seeker, cast.recruiter, cast.organizer):
        assert cast.client(who).get("/coach").status_code == 403
        assert cast.client(who).post("/coach", data=join(cast, cast.fair)).status_code == 403
    assert cast.client(None).get("/coach").status_code == 303
    cast.write(lambda s: setattr(s.get_one(Fair, cast.fair), "ends_at", NOW))
    assert "지금 등록할 수 있는 박람회가 없어요" in words(cast.client(cast.coach_account).get("/coach"))


def test_an_organizer_adds_a_coach_of_any_agency(cast: Cast) -> None:
    def make(session: Any) -> tuple[int, int]:
        agency = factories.make_agency(session, name="달서구 일자리센터")
        account = factories.make_seeker(session, name="이상담")
        factories.make_membership(session, account_id=account.id, role="coach", agency_id=agency.id)
        return account.id, agency.id

    account, agency = cast.write(make)
    path, form = f"/fairs/{cast.slug}/coaches/new", {"coach": f"{account}:{agency}", "topics": ["career"]}
    client = cast.client(cast.organizer)
    assert "이상담 · 달서구 일자리센터" in words(client.get(path))
    for who, status in ((cast.seeker, 403), (cast.recruiter, 403), (cast.coach_account, 403), (None, 303)):
        assert cast.client(who).post(path, data=form).status_code == status
    for wrong in (
        "",
        "x",
        f"{account}:{cast.agency}",
        f"{cast.seeker}:{agency}",
        f"{cast.coach_account}:{cast.agency}",
    ):
        assert client.post(path, data=form | {"coach": wrong}).status_code == 422
    assert client.post(path, data=form).location == f"/fairs/{cast.slug}/coaches"
    assert [c.agency_id for c in cast.rows(select(Coach).where(Coach.account_id == account))] == [agency]


def test_nobody_waits_for_a_coach_who_never_opened_a_time(cast: Cast) -> None:
    idle = cast.write(lambda s: factories.make_coach(s, cast.fair).id)
    answer = cast.client(cast.seeker).post(f"/coaches/{idle}/waitlist", follow_redirects=True)
    assert "아직 연 시간이 없어서 기다릴 수 없어요" in words(answer)
    assert cast.rows(select(WaitlistEntry)) == []


def test_who_is_no_coach_any_more_is_neither_listed_nor_booked(cast_on_both: Cast) -> None:
    cast = cast_on_both
    mine = cast.client(cast.coach_account)
    ended = update(Membership).where(Membership.account_id == cast.coach_account).values(ended_at=NOW)
    cast.write(lambda s: s.execute(ended) and None)
    cast.write(
        lambda s: (
            factories.make_membership(
                s, account_id=cast.coach_account, role="coach", agency_id=factories.make_agency(s).id
            ).id
        )
    )
    assert "아직 코치가 없어요" in words(cast.client(None).get(f"/fairs/{cast.slug}/coaches"))
    assert cast.client(None).get(f"/coaches/{cast.coach}").status_code == 404
    assert f"/coach/{cast.coach}" not in words(mine.get("/coach"))
    with pytest.raises(NotOpen):
        cast.book(cast.sessions[0], cast.seeker)
    assert cast.rows(select(Booking)) == []


def test_an_interview_leads_to_a_session_that_prepares_for_it_and_back(cast_on_both: Cast) -> None:
    cast = cast_on_both
    early = cast.write(lambda s: factories.make_coaching(s, s.get_one(Coach, cast.coach), 1, start=SOON)[0])
    interview = cast.write(scheduling.book, cast.slots[0], cast.seeker, Wish(), NOW).id
    client = cast.client(cast.seeker)
    page = words(client.get(f"/bookings/{interview}"))
    way = f"/fairs/{cast.slug}/coaches?before={interview}"
    assert f'href="{way}"' in page
    assert f'href="/coaches/{cast.coach}?before={interview}"' in words(client.get(way))
    assert f'<option selected value="{interview}">' in words(client.get(f"/coaches/{cast.coach}?before={interview}"))
    for other in ("x", "9" * 30, "-1", str(interview + 1), "\x00"):
        text = words(client.get(f"/fairs/{cast.slug}/coaches", query_string={"before": other}))
        assert "준비할 코치를 골라 주세요" not in text
    assert "준비할 코치를 골라 주세요" not in words(cast.client(cast.stranger).get(way))
    session = cast.write(scheduling.book, early, cast.seeker, Wish(before_id=interview), NOW).id
    assert f'href="/bookings/{session}"' in words(client.get(f"/bookings/{interview}"))
    back = words(client.get(f"/bookings/{session}"))
    assert "이 코칭으로 준비하는 면접" in back
    assert f'href="/bookings/{interview}"' in back


def test_a_coach_who_is_free_only_after_the_interview_is_told_apart(cast: Cast) -> None:
    interview = cast.write(scheduling.book, cast.slots[0], cast.seeker, Wish(), NOW).id
    text = words(cast.client(cast.seeker).get(f"/fairs/{cast.slug}/coaches?before={interview}"))
    assert "면접 전에는 빈 시간이 없어요" in text
