"""Joining real rows: who is found to be one person, who is not, what is shown to whom, and that merging can be undone."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.accounts import actions as accounts
from fairapp.accounts import queries as account_queries
from fairapp.accounts.models import Account, Consent, Profile
from fairapp.accounts.rules import ProfileFields
from fairapp.errors import NotFound
from fairapp.partners import actions, jobs
from fairapp.partners.models import Merge, Pair, Record
from fairapp.programmes.models import Enrolment
from tests.factories import make_account
from tests.partners.network import brought_in, make_source
from tests.signing_in import browser_of

HEAD = "관리번호,성명,휴대폰번호,생년월일,이메일,개인정보동의\n"
SCHOOL = HEAD + "S-1,김하늘,010-1234-5678,1998-03-02,haneul@example.kr,예\nS-2,이바다,010-2222-3333,2001-11-30,,예\n"
AGENCY = (
    HEAD
    + "A-9,김 하늘,010-1234-5678,1998-03-02,haneul@example.kr,예\n"  # the same person, written otherwise
    + "A-8,이바람,010-2222-3333,2001-11-30,,예\n"  # a twin: the same surname, telephone and birthday
    + "A-7,박구름,010-4444-5555,1990-01-01,,아니오\n"
)


def give(app: Flask, network: dict[str, Any], *tables: str) -> int:
    """Bring in each table of seekers from a source of its own, then join all their rows; return the last source."""
    source = 0
    for table in tables:
        source = make_source(app, network, kind="seekers", consent="column")
        brought_in(network["teacher"], source, table)
    jobs.join(clock.now())
    return source


def owners(app: Flask) -> dict[str, int | None]:
    """Return which account each record is about, by the partner's number."""
    with db.of(app).read() as session:
        return {row.own_id: row.account_id for row in session.scalars(select(Record))}


def test_the_same_person_is_one_and_twins_are_two(app: Flask, network: dict[str, Any]) -> None:
    give(app, network, SCHOOL, AGENCY)
    found = owners(app)
    assert found["A-9"] == found["S-1"]
    assert len({found["S-1"], found["S-2"], found["A-8"], found["A-7"]}) == 4
    with db.of(app).read() as session:
        person = session.get_one(Account, found["S-1"] or 0)
        profile = session.get_one(Profile, person.id)
        twins = session.scalars(select(Pair).where(Pair.low_id == found["S-2"])).all()
    assert (person.name, person.email, person.password_hash, profile.phone) == (
        "김하늘", "haneul@example.kr", None, "+821012345678",
    )  # fmt: skip
    assert [one.high_id for one in twins] == [found["A-8"]]  # put before somebody


def test_joining_twice_and_in_another_order_finds_the_same(app: Flask, network: dict[str, Any]) -> None:
    give(app, network, AGENCY)
    give(app, network, SCHOOL)
    found = owners(app)
    assert found["A-9"] == found["S-1"]
    assert len(set(found.values())) == 4
    assert jobs.join(clock.now()) == 0
    assert owners(app) == found


def test_somebody_with_an_account_is_recognised_and_keeps_her_own_words(app: Flask, network: dict[str, Any]) -> None:
    def register(session: Session) -> int:
        account = make_account(session, name="김하늘", email="haneul@example.kr", password_hash="x")
        fields = ProfileFields(phone="010-1234-5678", intro="제 말")
        accounts.save_profile(session, account.id, fields, clock.now())
        return account.id

    mine = db.of(app).write(register)
    give(app, network, SCHOOL)
    assert owners(app)["S-1"] == mine
    with db.of(app).read() as session:
        profile = session.get_one(Profile, mine)
        assert (profile.intro, profile.birth_date) == ("제 말", None)
    shown = network["official"].get(f"/agencies/{network['city']}/people/{mine}").text
    assert "1998-03-02" in shown  # what the partner tells stands beside it, with its source
    assert "직업전문학교" in shown


def test_only_who_agreed_is_shown_and_withdrawing_ends_it_at_once(app: Flask, network: dict[str, Any]) -> None:
    give(app, network, SCHOOL, AGENCY)
    found, path = owners(app), f"/agencies/{network['city']}/people"
    page = network["official"].get(path).text
    assert "김하늘" in page
    assert "박구름" not in page
    assert "동의한 사람 3명, 동의를 기다리는 사람 1명" in page
    assert network["official"].get(f"{path}/{found['A-7']}").status_code == 404
    assert network["official"].get(f"{path}/{found['S-1']}").status_code == 200
    assert network["teacher"].get(path).status_code == 404
    assert network["other"].get(path).status_code == 404
    with db.of(app).read() as session:
        receipt = session.scalar(select(Consent).where(Consent.seeker_id == found["S-1"]))
    assert receipt is not None
    assert (receipt.way, receipt.purpose, receipt.agency_id) == ("partner", "joining", network["city"])
    db.of(app).write(accounts.withdraw_consent, found["S-1"], receipt.id, clock.now())
    assert network["official"].get(f"{path}/{found['S-1']}").status_code == 404
    assert "김하늘" not in network["official"].get(path).text
    # The partner's next list, which still says yes, does not undo what she took back.
    give(app, network, SCHOOL.replace("010-1234-5678", "010-1234-5679"))
    assert network["official"].get(f"{path}/{found['S-1']}").status_code == 404


def test_the_same_list_a_week_later_changes_nothing_and_gives_no_consent_back(
    app: Flask, network: dict[str, Any]
) -> None:
    source = give(app, network, SCHOOL)
    who, path = owners(app)["S-1"] or 0, f"/agencies/{network['city']}/people"
    with db.of(app).read() as session:
        receipt = session.scalars(select(Consent.id).where(Consent.seeker_id == who)).one()
    db.of(app).write(accounts.withdraw_consent, who, receipt, clock.now())
    with time_machine.travel(clock.now() + timedelta(days=7)):
        browser = browser_of(app, network["ids"][0])
        run = brought_in(browser, source, SCHOOL)
        assert "바뀜 0개, 그대로 2개" in browser.get(run).text
        brought_in(browser, source, SCHOOL.replace("010-1234-5678", "010-1234-9999"))
        give(app, network | {"teacher": browser}, SCHOOL.replace("S-1", "Q-1"))  # another list, which says yes too
        assert owners(app)["Q-1"] == who
        assert browser_of(app, network["ids"][1]).get(f"{path}/{who}").status_code == 404


def test_an_address_alone_leads_to_its_account_or_waits_for_nobody(app: Flask, network: dict[str, Any]) -> None:
    mine = db.of(app).write(lambda s: make_account(s, name="김하늘", email="haneul@example.kr").id)
    give(app, network, "이메일,동의여부\nhaneul@example.kr,예\nnobody@example.kr,예\n")
    with db.of(app).read() as session:
        rows = session.execute(select(Record.email, Record.account_id, Record.gone_at)).all()
    assert rows == [("haneul@example.kr", mine, None)]  # the other row was refused
    assert jobs.join(clock.now()) == 0


def test_a_consent_for_coaching_does_not_show_what_partners_tell(app: Flask, network: dict[str, Any]) -> None:
    give(app, network, AGENCY)
    who, path = owners(app)["A-7"] or 0, f"/agencies/{network['city']}/people"
    until = clock.now() + timedelta(days=9)
    db.of(app).write(accounts.give_consent, who, None, network["city"], "coaching", until, clock.now())
    assert network["official"].get(f"{path}/{who}").status_code == 404
    assert "박구름" not in network["official"].get(path).text
    db.of(app).write(accounts.give_consent, who, None, network["city"], "joining", until, clock.now())
    assert network["official"].get(f"{path}/{who}").status_code == 200


def test_who_says_no_in_a_later_list_is_shown_no_more(app: Flask, network: dict[str, Any]) -> None:
    source = give(app, network, SCHOOL)
    found, path = owners(app), f"/agencies/{network['city']}/people"
    assert network["official"].get(f"{path}/{found['S-2']}").status_code == 200
    brought_in(network["teacher"], source, SCHOOL.replace("2001-11-30,,예", "2001-11-30,,아니오"))
    assert network["official"].get(f"{path}/{found['S-2']}").status_code == 404


def test_each_look_is_in_the_persons_log(app: Flask, network: dict[str, Any]) -> None:
    give(app, network, SCHOOL)
    who = owners(app)["S-1"] or 0
    network["official"].get(f"/agencies/{network['city']}/people/{who}")
    with db.of(app).read() as session:
        seen = account_queries.disclosures(session, who, None, 10)
    assert [(one.agency_id, one.what, one.purpose) for one in seen] == [(network["city"], "contact", "joining")]


def test_likely_pairs_are_decided_once_and_merging_can_be_undone(app: Flask, network: dict[str, Any]) -> None:
    give(app, network, SCHOOL, AGENCY)
    found, path = owners(app), f"/agencies/{network['city']}"
    one, other = found["S-2"] or 0, found["A-8"] or 0
    page = network["official"].get(f"{path}/pairs").text
    assert "이바다 · 이바람" in page
    action = page.split(f'action="{path}/pairs/')[1].split('"')[0]
    for browser in ("teacher", "other"):
        assert network[browser].post(f"{path}/pairs/{action}", data={"decision": "same"}).status_code == 404
    for wrong in ("", "perhaps"):
        assert network["official"].post(f"{path}/pairs/{action}", data={"decision": wrong}).status_code == 404
    assert network["official"].post(f"{path}/pairs/{action}", data={"decision": "same"}).status_code == 303
    assert network["official"].post(f"{path}/pairs/{action}", data={"decision": "same"}).status_code == 404
    assert owners(app)["A-8"] == one
    with db.of(app).read() as session:
        assert session.get_one(Account, other).disabled_at is not None
        assert account_queries.valid_consent(session, other, clock.now(), agency_id=network["city"]) is None
    shown = network["official"].get(f"{path}/people/{one}").text
    assert "이바람" in shown
    undo = shown.split(f'action="{path}/merges/')[1].split('"')[0]
    assert network["other"].post(f"{path}/merges/{undo}").status_code == 404
    assert network["official"].post(f"{path}/merges/{undo}").status_code == 303
    assert owners(app)["A-8"] == other
    with db.of(app).read() as session:
        assert session.get_one(Account, other).disabled_at is None
        assert account_queries.valid_consent(session, other, clock.now(), agency_id=network["city"]) is not None
        assert session.scalars(select(Pair.decision).where(Pair.high_id == other)).all() == ["different"]
        moved = session.scalars(select(Merge.moved)).one()
    assert "email" not in moved
    assert "살펴볼 짝이 없어요" in network["official"].get(f"{path}/pairs").text


def test_two_claimed_accounts_are_not_merged_by_somebody_else(app: Flask, network: dict[str, Any]) -> None:
    one, other = (db.of(app).write(lambda s: make_account(s, password_hash="x").id) for _ in range(2))
    with pytest.raises(actions.Claimed):
        db.of(app).write(actions.merge, one, other, None, clock.now())
    with pytest.raises(NotFound):
        db.of(app).write(actions.merge, one, 9999, None, clock.now())


def test_a_merged_account_gives_its_address_back_when_undone(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    kept = database.write(accounts.make_listed, "김하늘", None, clock.now())
    absorbed = database.write(accounts.make_listed, "김하늘", "haneul@example.kr", clock.now())
    made = database.write(actions.merge, kept, absorbed, None, clock.now())

    def emails() -> list[str | None]:
        with database.read() as session:
            return [session.get_one(Account, one).email for one in (kept, absorbed)]

    assert emails() == ["haneul@example.kr", None]
    database.write(actions.undo_merge, made, None, clock.now())
    assert emails() == [None, "haneul@example.kr"]
    with pytest.raises(NotFound):
        database.write(actions.undo_merge, made, None, clock.now())


def test_a_receipt_lasts_no_longer_than_the_agreement(app: Flask, network: dict[str, Any]) -> None:
    give(app, network, SCHOOL)
    who, last = owners(app)["S-1"] or 0, actions.day_of(clock.now()) + timedelta(days=300)
    with db.of(app).read() as session:
        receipt = account_queries.valid_consent(session, who, clock.now(), agency_id=network["city"])
    assert receipt is not None
    assert clock.local(receipt.until, "Asia/Seoul").date() == last + timedelta(days=1)


CITY_JOBS = "관리번호,성명,휴대폰번호,사업구분,사업명,지원일,종료일자,개인정보동의\n" + (
    "P-1,김하늘,010-1234-5678,공공근로,하천 가꾸기,2026-09-01,2027-01-31,예\n"
    "P-2,이바다,010-2222-3333,시 일자리 지원,도서관 사서 보조,2026-11-02,,예\n"
    "P-3,박구름,010-4444-5555,훈련 과정,용접,2026-09-01,,예\n"  # a course without its end says nothing
)


def test_public_work_and_applications_for_city_jobs_are_kept_as_what_they_are(
    app: Flask, network: dict[str, Any]
) -> None:
    source = give(app, network, CITY_JOBS)
    who = owners(app)
    with db.of(app).read() as session:
        kept = session.scalars(select(Enrolment).order_by(Enrolment.title)).all()
    assert [(one.account_id, one.kind, one.title, one.starts_on, one.ends_on, one.source) for one in kept] == [
        (who["P-2"], "public_work", "도서관 사서 보조", date(2026, 11, 2), None, f"source-{source}"),
        (who["P-1"], "public_work", "하천 가꾸기", date(2026, 9, 1), date(2027, 1, 31), f"source-{source}"),
    ]
