"""The pages on which people see what is told about them and contest it, and organizers answer; and the letters."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.accounts.models import Account, Membership
from fairapp.live.models import Outbox
from fairapp.mail import OutboxRow
from fairapp.partners import pushes, rules
from fairapp.partners.models import Correction, Record
from tests.counting import counted
from tests.factories import NOW
from tests.partners.contesting import RIGHT, WRONG, Scene, make_scene

DAY = timedelta(days=1)


@pytest.fixture
def scene(app: Flask) -> Iterator[Scene]:
    """Return the scene at NOW, on SQLite."""
    with time_machine.travel(NOW, tick=False):
        yield make_scene(app)


def form(scene: Scene, **changes: str) -> dict[str, str]:
    """Return what a person sends about her day of birth."""
    seen = rules.fingerprint(scene.record, "birth_date", WRONG)
    return {"wished": RIGHT, "why": "주민등록증과 달라요", "seen": seen} | changes


def test_she_sees_every_value_with_who_told_it_from_which_list_and_as_of_when(scene: Scene) -> None:
    page = scene.browsers["person"].get("/me/told").text
    for word in (
        "직업전문학교",
        "훈련생 명단",
        "대구일자리센터",
        "T-1",
        "11월 24일",
        WRONG,
        "용접",
        "+821012345678",
        "고졸",
    ):
        assert word in page
    assert page.count("틀려요</span>") == len(scene.told())
    scene.write(lambda s: s.execute(update(Record).values(gone_at=NOW)) and None)
    page = scene.browsers["person"].get("/me/told").text
    assert "지금은 명단에서 빠졌어요" in page
    assert WRONG in page  # what is kept is shown, on the list or not
    assert "알려 준 기관이 없어요" in scene.browsers["official"].get("/me/told").text


@pytest.mark.parametrize("way", ["/consents", "/account/data", "/profile", "/account"])
def test_the_ways_to_it_lead_there(scene: Scene, way: str) -> None:
    assert 'href="/me/told"' in scene.browsers["person"].get(way).text


def test_from_contesting_to_the_answer_on_the_pages(scene: Scene) -> None:
    person, teacher, official = (scene.browsers[name] for name in ("person", "teacher", "official"))
    school, city = scene.network["school"], scene.network["city"]
    path = f"/me/told/{scene.record}/birth_date"
    assert WRONG in person.get(path).text
    assert person.post(path, data=form(scene)).location == "/me/told"
    assert "12월 4일" in person.get("/me/told").text
    assert "본인이 틀리다고 했어요" in official.get(f"/agencies/{city}/people/{scene.person}").text
    assert "본인이 틀리다고 한 값이 있어요" in official.get(f"/agencies/{city}/people").text
    for browser, agency in ((teacher, school), (official, city)):
        listed = browser.get(f"/agencies/{agency}/corrections").text
        assert "10일 남았어요" in listed
        assert "김하늘" not in listed  # masked
        shown = browser.get(f"/agencies/{agency}/corrections/1").text
        for word in ("김하늘", WRONG, RIGHT, "주민등록증과 달라요", "T-1"):
            assert word in shown
    answered = teacher.post(f"/agencies/{school}/corrections/1", data={"state": "corrected", "value": RIGHT})
    assert answered.location == f"/agencies/{school}/corrections"
    page = person.get("/me/told").text
    assert "고쳤어요" in page
    assert "고친 값" in page
    assert RIGHT in official.get(f"/agencies/{city}/people/{scene.person}").text
    assert "본인이 틀리다고 했어요" not in official.get(f"/agencies/{city}/people/{scene.person}").text
    after = official.get(f"/agencies/{city}/corrections/1").text
    assert "이미 답했거나" in after
    assert WRONG not in after  # what she said was for who had to answer
    again = official.post(f"/agencies/{city}/corrections/1", data={"state": "deleted"}, follow_redirects=True)
    assert "이미 답했거나" in again.text
    assert scene.told()["birth_date"] == RIGHT


def test_a_refusal_tells_her_why_and_where_to_complain(scene: Scene) -> None:
    one, path = scene.contest(), f"/agencies/{scene.network['school']}/corrections/1"
    said = scene.browsers["teacher"].post(path, data={"state": "refused", "words": ""})
    assert (said.status_code, "고치지 않는 까닭을 적어 주세요" in said.text) == (422, True)
    scene.browsers["teacher"].post(path, data={"state": "refused", "words": "등본을 확인했어요"})
    page = scene.browsers["person"].get("/me/told").text
    for word in ("그대로 두기로 했어요", "등본을 확인했어요", "118"):
        assert word in page
    assert scene.state(one) == "refused"


@pytest.mark.parametrize("who", ["teacher", "official", "other", "admin", "nobody"])
def test_nobody_else_sees_or_answers(scene: Scene, who: str) -> None:
    scene.contest()
    school = scene.network["school"]
    browser = scene.browsers.get(who) or scene.app.test_client()
    if who == "admin":
        scene.write(
            lambda s: (
                s.execute(update(Account).where(Account.id == scene.network["ids"][2]).values(is_admin=True)) and None
            )
        )
        browser = scene.browsers["other"]
    seen = {"teacher": 200, "nobody": 303}.get(who, 404)
    for path in (f"/agencies/{school}/corrections", f"/agencies/{school}/corrections/1"):
        assert browser.get(path).status_code in (
            {200} if seen == 200 else {303, 302, 401} if seen == 303 else {404, 403}
        )
    if who != "teacher":
        browser.post(f"/agencies/{school}/corrections/1", data={"state": "deleted"})
        browser.post("/me/told/corrections/1/drop")
        assert browser.get(f"/me/told/{scene.record}/birth_date").status_code != 200
        assert scene.state(1) == "open"


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("/me/told/1/birth_date", {"wished": "", "why": ""}, 422),
        ("/me/told/1/birth_date", {"wished": "x" * 501}, 422),
        ("/me/told/1/birth_date", {"why": "\x00"}, 422),
        ("/me/told/1/birth_date", {"seen": "x"}, 303),  # another value than she saw: told so
        ("/me/told/1/own_id", {}, 404),
        ("/me/told/1/🙂", {}, 404),
        ("/me/told/99999999999999999999/birth_date", {}, 404),
        ("/me/told/x/birth_date", {}, 404),
        ("/me/told/corrections/x/drop", {}, 404),
        ("/me/told/corrections/7/drop", {}, 404),
    ],
)
def test_bad_input_is_answered_and_changes_nothing(scene: Scene, path: str, data: dict[str, str], status: int) -> None:
    assert scene.browsers["person"].post(path, data=form(scene, **data)).status_code == status
    assert scene.read(lambda s: s.scalars(select(Correction)).all()) == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "어떻게 했는지 골라 주세요"),
        ({"state": "x"}, "어떻게 했는지 골라 주세요"),
        ({"state": "corrected", "value": ""}, "맞는 값을 적어 주세요"),
        ({"state": "corrected", "value": "봄"}, "날짜를 확인해 주세요"),
        ({"state": "corrected", "value": WRONG}, "틀리다고 한 값과 같아요"),
        ({"state": "refused", "words": "x" * 1001}, "1000자까지"),
    ],
)
def test_a_bad_answer_is_told_beside_its_field(scene: Scene, data: dict[str, str], words: str) -> None:
    scene.contest()
    said = scene.browsers["teacher"].post(f"/agencies/{scene.network['school']}/corrections/1", data=data)
    assert (said.status_code, words in said.text) == (422, True)
    assert scene.state(1) == "open"


def test_a_bad_cursor_or_number_is_no_error_of_ours(scene: Scene) -> None:
    path = f"/agencies/{scene.network['school']}/corrections"
    for part in ("?cursor=x", "?cursor=WyJ4IiwxXQ", "/x", "/99"):
        assert scene.browsers["teacher"].get(path + part).status_code in (404, 422)


def more(scene: Scene, count: int) -> None:
    """Let the list tell of her so many times more, each with a value that she contests, later ones due earlier."""

    def make(session: Session) -> None:
        plain = session.execute(select(Record.__table__).where(Record.id == scene.record)).mappings().one()
        for at in range(count):
            row = {key: value for key, value in plain.items() if key != "id"} | {"own_id": f"M-{at}"}
            record = session.scalars(insert(Record).values(row).returning(Record.id)).one()
            asked = {"asked_at": NOW - at * DAY, "due_on": NOW.date() + (10 - at) * DAY, "contested": WRONG, "why": ""}
            about = {"record_id": record, "account_id": scene.person, "field": "birth_date", "wished": RIGHT}
            session.execute(insert(Correction).values(**about, **asked, digest=f"{at}"))

    scene.write(make)


def test_thirty_cost_as_many_statements_as_one_and_the_overdue_come_first(scene: Scene) -> None:
    paths = {
        "person": ["/me/told"],
        "teacher": [f"/agencies/{scene.network['school']}/corrections"],
        "official": [f"/agencies/{scene.network['city']}/people/{scene.person}"],
    }
    more(scene, 1)

    def costs() -> list[int]:
        found = []
        for who, ways in paths.items():
            for way in ways:
                scene.browsers[who].get(way)
                with counted(scene.app) as count:
                    assert scene.browsers[who].get(way).status_code == 200
                found.append(int(count))
        return found

    few = costs()
    scene.write(lambda s: s.execute(update(Record).where(Record.own_id == "M-0").values(own_id="N-0")) and None)
    more(scene, 30)
    assert costs() == few
    listed = scene.browsers["teacher"].get(paths["teacher"][0]).text
    assert listed.index("19일 늦었어요") < listed.index("1일 늦었어요") < listed.index("오늘까지예요")
    assert listed.index("오늘까지예요") < listed.index("10일 남았어요")


def test_a_long_list_goes_on_where_it_ended(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairapp.partners.pages.corrections.LIMIT", 2)
    more(scene, 5)
    way, seen = f"/agencies/{scene.network['school']}/corrections", []
    for _page in range(3):
        page = scene.browsers["teacher"].get(way).text
        seen.append(re.findall(r"/corrections/(\d+)", page))
        way = next(iter(re.findall(r'href="([^"]+cursor=[^"]+)"', page)), "")
    assert (seen, way) == ([["5", "4"], ["3", "2"], ["1"]], "")


def rendered(scene: Scene, kind: str, language: str) -> list[Any]:
    """Return the letters of a kind as they would be sent."""
    with db.of(scene.app).read() as session:
        rows = session.scalars(select(Outbox).where(Outbox.kind == kind).order_by(Outbox.account_id)).all()
        draft = [OutboxRow(**{name: getattr(row, name) for name in OutboxRow.__annotations__}) for row in rows]
        return [pushes.LETTERS[kind](session, row, language, NOW) for row in draft]


@pytest.mark.parametrize(
    ("state", "words", "korean", "english"),
    [
        ("corrected", "", "고쳤어요", "was corrected"),
        ("deleted", "", "지웠어요", "was deleted"),
        ("refused", "등본을 확인했어요", "118", "call 118"),
    ],
)
def test_the_letters_say_what_to_do_and_name_no_value(
    scene: Scene, state: str, words: str, korean: str, english: str
) -> None:
    one = scene.contest()
    for letter in rendered(scene, "correction.asked", "ko"):
        assert "12월 4일" in letter.subject
        assert "생년월일" in letter.text
        assert not {"김하늘", WRONG, RIGHT} & set(letter.text.split())
    urls = [letter.text.split()[-1] for letter in rendered(scene, "correction.asked", "en")]
    agencies = scene.network["school"], scene.network["city"]
    assert [url.partition("/agencies/")[2] for url in urls] == [f"{agency}/corrections/{one}" for agency in agencies]
    scene.answer(one, state, words=words)
    assert rendered(scene, "correction.asked", "ko") == [None, None]  # answered: nothing to do any more
    [said] = rendered(scene, "correction.answered", "ko")
    assert korean in said.text
    assert words in said.text
    [told] = rendered(scene, "correction.answered", "en")
    assert english in told.text


def test_who_organizes_no_more_gets_no_letter(scene: Scene) -> None:
    scene.contest()
    ended = update(Membership).where(Membership.account_id == scene.network["ids"][0]).values(ended_at=NOW)
    scene.write(lambda s: s.execute(ended) and None)
    assert [one is None for one in rendered(scene, "correction.asked", "ko")] == [True, False]
