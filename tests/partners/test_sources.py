"""Sources and imports: made under an agreement, read once mapped, brought in once, refused rows mended and sent again."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from fairapp import clock, db
from fairapp.accounts.jobs import keep_clocks
from fairapp.agencies import actions as agencies
from fairapp.booths.models import Listing
from fairapp.employers.models import Employer
from fairapp.errors import Conflict
from fairapp.partners import actions, jobs
from fairapp.partners.models import ImportRun, Record, RecordVersion
from fairapp.partners.rules import NoAgreement
from tests.counting import counted
from tests.partners.network import LIST, brought_in, make_source, records, selects, upload


def test_a_source_is_made_under_an_agreement_only(app: Flask, network: dict[str, Any]) -> None:
    for changes in ({"kind": "employers"}, {"giver_id": network["city"], "receiver_id": network["school"]}):
        with pytest.raises(NoAgreement):
            make_source(app, network, **changes)
    make_source(app, network, kind="employers", giver_id=network["city"])  # its own data


def test_a_file_is_mapped_once_looked_at_and_brought_in(app: Flask, network: dict[str, Any]) -> None:
    source, teacher = make_source(app, network, consent="column"), network["teacher"]
    path = brought_in(teacher, source, LIST)
    page = teacher.get(path).text
    assert "새로 2개, 바뀜 0개, 그대로 0개, 거절 1개" in page
    rows = records(app)
    assert [(row.own_id, row.name, row.phone, row.consented_on is not None) for row in rows] == [
        ("T-1", "김하늘", "+821012345678", True),
        ("T-2", "이바다", "+821022223333", False),
    ]
    assert rows[0].values == {"course": {"title": "용접", "starts_on": "2026-09-01", "ends_on": "2027-01-31"}}
    refused = teacher.get(f"{path}/rejected.csv").get_data().decode("utf-8-sig")
    assert refused.splitlines()[1].startswith("T-3,박구름,123,2000-01-01,용접,2026-09-01,2027-01-31,예,4,휴대폰번호,")
    # Mended and sent again, the file is read without asking; it adds the one row, and twice nothing.
    mended = refused.replace(",123,", ",010-3333-4444,")
    again = brought_in(teacher, source, mended)
    assert "새로 1개, 바뀜 0개, 그대로 0개, 거절 0개" in teacher.get(again).text
    twice = brought_in(teacher, source, LIST.replace(",123,", ",010-3333-4444,"))
    assert "새로 0개, 바뀜 0개, 그대로 3개, 거절 0개" in teacher.get(twice).text


def test_what_changed_keeps_what_was_before(app: Flask, network: dict[str, Any]) -> None:
    source, teacher = make_source(app, network, consent="column"), network["teacher"]
    brought_in(teacher, source, LIST)
    brought_in(teacher, source, LIST.replace("010-1234-5678", "010-7777-8888"))
    with db.of(app).read() as session:
        row = session.scalar(select(Record).where(Record.own_id == "T-1"))
        old = session.scalars(select(RecordVersion)).all()
    assert row is not None
    assert (row.phone, row.rev) == ("+821077778888", 2)
    assert [(one.record_id, one.rev, one.values["phone"]) for one in old] == [(row.id, 1, "+821012345678")]


def test_of_a_whole_list_who_is_missing_has_left(app: Flask, network: dict[str, Any]) -> None:
    source, teacher = make_source(app, network, consent="column", whole=True), network["teacher"]
    brought_in(teacher, source, LIST)
    without = "\n".join(line for line in LIST.splitlines() if not line.startswith("T-2")) + "\n"
    path = brought_in(teacher, source, without)
    assert "떠난 것으로 본 사람: 1명" in teacher.get(path).text
    assert [row.gone_at is not None for row in records(app)] == [False, True]
    brought_in(teacher, source, LIST)  # back again
    assert [row.gone_at is not None for row in records(app)] == [False, False]


def test_only_who_sent_a_file_and_whose_data_it_is_sees_what_is_in_it(app: Flask, network: dict[str, Any]) -> None:
    source = make_source(app, network)
    path = upload(network["teacher"], source, LIST).location
    page = network["teacher"].get(path).text
    assert "김하늘" in page
    shown = network["official"].get(path)
    assert shown.status_code == 200
    assert "김하늘" not in shown.text
    for action in ("mapping", "order", "drop"):
        assert network["official"].post(f"{path}/{action}").status_code == 404
    assert network["official"].get(f"{path}/rejected.csv").status_code == 404
    for one in (path, f"/sources/{source}", f"/agencies/{network['city']}/sources", f"/sources/{source}/edit"):
        assert network["other"].get(one).status_code == 404
    assert upload(network["other"], source, LIST).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("", "list.csv", "빈 파일"),
        ("성명,이메일\n", "list.csv", "제목 줄만"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "list.png", "표가 들어 있는 파일이 아니에요"),
        (b"\xd0\xcf\x11\xe0abc", "list.xls", "엑셀"),
        ("{", "list.json", "JSON"),
    ],
)
def test_a_file_that_is_no_table_is_told_at_once(
    app: Flask, network: dict[str, Any], content: bytes | str, name: str, said: str
) -> None:
    answer = upload(network["teacher"], make_source(app, network), content, name)
    assert answer.status_code == 422
    assert said in answer.text
    with db.of(app).read() as session:
        assert session.scalars(select(ImportRun)).all() == []


def test_a_mapping_that_cannot_be_is_told_and_changes_nothing(app: Flask, network: dict[str, Any]) -> None:
    source, teacher = make_source(app, network), network["teacher"]
    path = upload(teacher, source, LIST).location
    chosen = selects(teacher.get(path).text)
    for wrong in ({"name": ""}, {"name": "없는 열"}, {"phone": "", "birth_date": "", "own_id": ""}, {"course": ""}):
        answer = teacher.post(f"{path}/mapping", data={**chosen, **wrong})
        assert (answer.status_code, "error-summary" in answer.text) == (422, True)
    teacher.post(f"{path}/order")
    assert "어느 열이 무엇인가요?" in teacher.get(path).text
    assert records(app) == []
    assert teacher.post(f"{path}/drop").status_code == 303
    assert "이 파일은 넣지 않았어요" in teacher.get(path).text


def test_a_workbook_and_json_are_read_as_a_csv(app: Flask, network: dict[str, Any]) -> None:
    source, teacher = make_source(app, network, consent="column"), network["teacher"]
    lines = [line.split(",") for line in LIST.splitlines()[:3]]
    book, out = openpyxl.Workbook(), BytesIO()
    for line in lines:
        book.worksheets[0].append(line)
    book.save(out)
    brought_in(teacher, source, out.getvalue(), "list.xlsx")
    objects = json.dumps([dict(zip(lines[0], line, strict=True)) for line in lines[1:]])
    path = brought_in(teacher, source, objects, "list.json")
    assert "새로 0개, 바뀜 0개, 그대로 2개" in teacher.get(path).text


def test_employers_and_listings_come_the_same_way(app: Flask, network: dict[str, Any]) -> None:
    official = network["official"]
    own = make_source(app, network, kind="employers", giver_id=network["city"])
    brought_in(official, own, "회사명,사업자번호,업종\n(주)명성,123-45-67891,기계부품\n한빛전자,,전자\n")
    listings = make_source(app, network, kind="listings", fair_id=network["fair"])
    table = "회사명,채용 제목,공고번호,마감일,급여\n㈜명성,재무 담당,77,상시채용,연봉 4000만원\n"
    brought_in(network["teacher"], listings, table)
    path = brought_in(network["teacher"], listings, table)
    assert "그대로 1개" in network["teacher"].get(path).text
    with db.of(app).read() as session:
        assert session.scalars(select(Employer.name).order_by(Employer.id)).all() == ["(주)명성", "한빛전자"]
        found = session.execute(select(Listing.title, Listing.source, Listing.source_id)).all()
    assert found == [("재무 담당", f"source-{listings}", "77")]


def test_nothing_comes_once_the_agreement_or_the_source_ended(app: Flask, network: dict[str, Any]) -> None:
    database, source, teacher = db.of(app), make_source(app, network), network["teacher"]
    path = upload(teacher, source, LIST).location
    teacher.post(f"{path}/mapping", data=selects(teacher.get(path).text))
    database.write(agencies.end_agreement, 1, [network["school"]], network["ids"][0], clock.now())
    teacher.post(f"{path}/order")
    assert "유효한 약속이 없어요" in teacher.get(path).text
    assert records(app) == []
    answer = upload(teacher, source, LIST)
    assert answer.status_code == 422
    own = make_source(app, network, giver_id=network["city"])
    database.write(actions.end_source, own, network["ids"][1], clock.now())
    with pytest.raises(Conflict):
        database.write(actions.receive, own, "a.csv", b"x", "upload", None, clock.now(), mapped=False)


def test_many_rows_are_brought_in_by_the_job(app: Flask, network: dict[str, Any]) -> None:
    source, teacher = (
        make_source(app, network, consent="stated", consented_on=actions.day_of(clock.now())),
        network["teacher"],
    )
    head = LIST.splitlines()[0]
    lines = [f"M-{n},김하늘,010-{3000 + n}-0000,1998-03-02,용접,2026-09-01,2027-01-31," for n in range(2001)]
    path = brought_in(teacher, source, "\n".join([head, *lines]) + "\n")
    assert "지금 넣고 있어요" in teacher.get(path).text
    assert jobs.bring_in(clock.now()) == 1
    assert jobs.bring_in(clock.now()) == 0
    assert "새로 2001개" in teacher.get(path).text


def test_files_are_forgotten(app: Flask, network: dict[str, Any]) -> None:
    source, teacher = make_source(app, network, consent="column"), network["teacher"]
    path = brought_in(teacher, source, LIST)
    waiting = upload(teacher, source, LIST.replace("관리번호", "번호")).location

    def kept() -> list[tuple[str, bool, bool]]:
        with db.of(app).read() as session:
            rows = session.execute(
                select(ImportRun.state, ImportRun.content, ImportRun.rejected).order_by(ImportRun.id)
            )
            return [(state, content is not None, rejected is not None) for state, content, rejected in rows]

    assert kept() == [("done", False, True), ("unmapped", True, False)]
    keep_clocks(clock.now() + timedelta(hours=25))
    assert kept() == [("done", False, True), ("dropped", False, False)]
    keep_clocks(clock.now() + timedelta(days=31))
    assert kept() == [("done", False, False), ("dropped", False, False)]
    assert teacher.get(f"{path}/rejected.csv").status_code == 404
    assert teacher.get(waiting).status_code == 200


def test_who_left_a_list_is_forgotten_after_three_years(app: Flask, network: dict[str, Any]) -> None:
    source, teacher = make_source(app, network, consent="column", whole=True), network["teacher"]
    brought_in(teacher, source, LIST)
    brought_in(teacher, source, "\n".join(line for line in LIST.splitlines() if not line.startswith("T-2")) + "\n")
    keep_clocks(clock.now() + timedelta(days=1094))
    assert [row.own_id for row in records(app)] == ["T-1", "T-2"]
    keep_clocks(clock.now() + timedelta(days=1096))
    assert [row.own_id for row in records(app)] == ["T-1"]


def test_a_source_by_its_pages(app: Flask, network: dict[str, Any]) -> None:
    official, path = network["official"], f"/agencies/{network['city']}/sources"
    assert "아직 주고받는 명단이 없어요" in official.get(path).text
    data = {
        "name": "훈련생 명단", "kind": "trainees", "other": str(network["school"]), "direction": "receive", "fair": "",
        "consent": "ask", "consented_on": "", "address": "", "every_hours": "",
    }  # fmt: skip
    for wrong in ({"name": ""}, {"other": "99999"}, {"kind": "x"}, {"consent": "stated"}, {"every_hours": "x"},
                  {"kind": "employers"}, {"fair": "999"}, {"name": "\x00"}):  # fmt: skip
        answer = official.post(f"{path}/new", data=data | wrong)
        assert (answer.status_code, "error-summary" in answer.text) == (422, True), wrong
    made = official.post(f"{path}/new", data=data).location
    assert "훈련생 명단" in official.get(path).text
    edit = official.get(f"{made}/edit").text
    assert "훈련생 명단" in edit
    assert official.post(f"{made}/edit", data=data | {"name": "새 이름"}).location == made
    assert "새 이름" in official.get(made).text
    assert "그만 받을까요?" in official.get(f"{made}/end").text
    assert official.post(f"{made}/end").location == made
    assert "더는 받지 않는 명단" in official.get(made).text


def test_pages_need_the_same_queries_for_many_rows(app: Flask, network: dict[str, Any]) -> None:
    counts: dict[str, list[int]] = {}
    source = make_source(app, network)
    for times in (1, 2, 27):
        for _ in range(times):
            make_source(app, network)
            upload(network["teacher"], source, LIST)
        for path in (f"/agencies/{network['city']}/sources", f"/sources/{source}"):
            with counted(app) as count:
                assert network["official"].get(path).status_code == 200
            counts.setdefault(path, []).append(int(count))
    assert all(one[0] == one[1] == one[2] for one in counts.values()), counts
