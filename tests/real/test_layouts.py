"""Columns of real systems come in through the mapping page: what is recognised, what a person says, what is none of ours."""

import csv
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from fairapp import db
from fairapp.booths.models import Listing
from fairapp.employers.models import Employer
from fairapp.partners.models import Record
from tests.partners.network import make_network, make_source, selects, upload

pytestmark = pytest.mark.real

# Of each layout what it is, and what somebody has to say on the page because no name tells it.
PEOPLE: dict[str, dict[str, str]] = {
    "Students import users.csv": {},
    "Check-in list CSV": {},
    "Order list (sheet Orders)": {},
    "Registrations CSV/Excel": {},
    "Registrations import CSV": {},
    "Attendees export": {},
    "Fair application responses (Peradeniya 2026)": {},
    "applicants": {},
    "memberAllCretExcelList": {},
    "excelStudyWorkerCompleteStat": {},
    "excelSubjectGrade": {},
    "excelAttendanceRecordCdp": {},
    "excelOnlineScheduleAttend": {},
    "excelWorkCertlistDetail": {},
    "CcmMemberSaveForm": {},
    "excelWeekTraningAttendCot": {"name": "학습근로자명", "own_id": "학습근로자명"},
}
EMPLOYERS: dict[str, dict[str, str]] = {
    "Career fair registrations report (xlsx)": {},
    "xlsx sheets": {"name": "Company"},
    "참가업체 xlsx (2-row header)": {},
    "excelCompanyStat": {},
    "excelCompanyCcm": {},
    "excelCompanyStudyCcm": {},
}
LISTINGS: dict[str, dict[str, str]] = {
    "채용정보 목록 wanted": {},
    "recruitment/list": {},
    "pipe CSV": {},
    "CSV": {},  # 사람인
    "worktogether": {"employer": "Title", "title": "RecruitCategory"},  # its title is the employer's name
}
# Addresses of people whom the organizer knows already, and no names: they lead to known people only.
ADDRESSES = {"Attendees import (csv)", "Appointments import", "Fair attendees report"}
# Neither people nor employers nor listings.
NONE_OF_OURS = {
    "Events import", "Reservations import CSV", "Resources import CSV", "authGroupExcel", "excelAdminLog", "excelNcsLicence",
    "excelSubjectStat", "excelDepartmentStat", "excelMonthActivityStd", "excelCdpCurriProcOff", "getTeamprojectExcel",
    "excelTraningNoteMonthOt", "traningScheduleExcelRead", "excelWeekTraningNote", "TrainingScheduleSaveForm",
}  # fmt: skip

VALUES: Mapping[str, tuple[str, str]] = {
    "name": ("김하늘", "이바다"), "email": ("haneul@example.kr", "bada@example.kr"),
    "phone": ("010-1234-5678", "010-2222-3333"), "birth_date": ("1998-03-02", "2001-11-30"), "own_id": ("7", "8"),
    "consented": ("예", "예"), "began": ("2026-09-01", "2026-09-01"), "ended": ("2027-01-31", "2027-01-31"),
    "registration_number": ("123-45-67891", "220-81-62517"), "employer": ("(주)명성", "한빛전자"), "title": ("재무", "영업"),
    "closes_on": ("상시채용", "채용시"), "posted_on": ("", ""), "said_on": ("2026-11-01", "2026-11-02"),
    "salary": ("", ""), "salary_min": ("", ""), "salary_max": ("", ""), "salary_period": ("", ""),
}  # fmt: skip
OF_EMPLOYERS = {**VALUES, "name": VALUES["employer"]}


def layouts(real_data: Path) -> dict[str, list[str]]:
    """Return the headings of each layout; where two systems call a file the same, the one of its system."""
    found: dict[str, list[str]] = {}
    with (real_data / "layouts" / "columns.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            name = "worktogether" if "worktogether" in row["system"] else row["file"]
            found.setdefault(name or row["system"], []).append(re.sub(r"\{[rc]\d\}", "", row["heading"]).strip())
    return {name: headings for name, headings in found.items() if len(headings) > 1}


def table_of(headings: list[str], fields: Mapping[str, str], values: Mapping[str, tuple[str, str]]) -> bytes:
    """Return a CSV of two rows in these columns: what is mapped holds a value of its kind, the rest is not read."""
    told = {heading: field for field, heading in fields.items()}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings)
    for row in (0, 1):
        writer.writerow([values.get(told[one], ("", ""))[row] if one in told else "1" for one in headings])
    return out.getvalue().encode("utf-8-sig")


def bring(app: Flask, kind: str, headings: list[str], said: Mapping[str, str], values: Any) -> tuple[Any, str]:
    """Bring two rows in these columns in through the pages; return the answer to the mapping and the last page."""
    network = make_network(app)
    own = {"giver_id": network["city"]}
    source = make_source(app, network, kind=kind, **own, **({"fair_id": network["fair"]} if kind == "listings" else {}))
    browser = network["official"]
    first = upload(browser, source, table_of(headings, {"name": headings[0]}, {"name": ("a", "b")})).location
    chosen = {name: one for name, one in selects(browser.get(first).text).items() if name not in said.values()}
    chosen = {name: one for name, one in chosen.items() if one not in said.values()} | dict(said)
    browser.post(f"{first}/drop")
    path = upload(browser, source, table_of(headings, chosen, values)).location
    answer = browser.post(f"{path}/mapping", data=chosen)
    if answer.status_code == 303:
        browser.post(f"{path}/order")
    return answer, browser.get(path).text


@pytest.mark.parametrize(("kind", "name"), [
    *(("seekers", name) for name in PEOPLE),
    *(("employers", name) for name in EMPLOYERS),
    *(("listings", name) for name in LISTINGS),
])  # fmt: skip
def test_a_real_layout_comes_in(app: Flask, real_data: Path, kind: str, name: str) -> None:
    said = {"seekers": PEOPLE, "employers": EMPLOYERS, "listings": LISTINGS}[kind][name]
    headings = layouts(real_data)[name]
    answer, page = bring(app, kind, headings, said, OF_EMPLOYERS if kind == "employers" else VALUES)
    assert answer.status_code == 303, name
    assert "새로 2개, 바뀜 0개, 그대로 0개, 거절 0개" in page, (name, page)
    table: Any = {"seekers": Record.id, "employers": Employer.id, "listings": Listing.id}[kind]
    with db.of(app).read() as session:
        assert session.scalar(select(func.count()).select_from(select(table).subquery())) == 2


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_addresses_alone_lead_to_known_people_only(app: Flask, real_data: Path, name: str) -> None:
    answer, page = bring(app, "seekers", layouts(real_data)[name], {}, VALUES)
    assert answer.status_code == 303
    assert "거절 2개" in page


@pytest.mark.parametrize("name", sorted(NONE_OF_OURS))
def test_what_is_neither_people_nor_employers_is_said_to_lack_something(app: Flask, real_data: Path, name: str) -> None:
    answer, _ = bring(app, "trainees", layouts(real_data)[name], {}, VALUES)
    assert answer.status_code == 422
    assert "error-summary" in answer.text


def test_every_layout_is_accounted_for(real_data: Path) -> None:
    named = {*PEOPLE, *EMPLOYERS, *LISTINGS, *ADDRESSES, *NONE_OF_OURS}
    assert set(layouts(real_data)) == named


@pytest.mark.parametrize("name", ["oklms_CcmMemberSaveForm.xls"])
def test_a_real_old_workbook_comes_in(app: Flask, real_data: Path, name: str) -> None:
    network = make_network(app)
    source = make_source(app, network, kind="seekers", giver_id=network["city"])
    path = upload(network["official"], source, (real_data / "layouts" / name).read_bytes(), name).location
    page = network["official"].get(path).text
    assert "qwer123!" not in page  # a column of passwords is neither shown nor read
    network["official"].post(f"{path}/mapping", data=selects(page))
    network["official"].post(f"{path}/order")
    with db.of(app).read() as session:
        rows = session.scalars(select(Record).order_by(Record.own_id)).all()
    assert [(row.own_id, row.phone, str(row.birth_date)) for row in rows] == [
        ("gocle4444", "+8218" + "55556666", "1982-10-24"),
        ("gocle5555", "+8219" + "77778888", "1984-10-24"),
    ] or len(rows) < 2  # its invented telephone numbers need not be possible ones
    assert "qwer123!" not in json.dumps([row.values for row in rows], ensure_ascii=False)
