"""Bringing a table of listings into a fair."""

from base64 import b64encode
from typing import Any

from flask import render_template
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from fairapp import clock, db, intake
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.booths import actions, rules
from fairapp.booths.forms import ImportForm
from fairapp.booths.pages.base import blueprint
from fairapp.errors import AppError, Invalid
from fairapp.fairs import queries as fair_queries
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.models import Fair
from fairapp.tables import Table, read_table

MOST_SHOWN = 200  # refused rows on the page; all are in the file
MOST_ROWS, MOST_AT_ONCE = 5_000, 1_000  # rows that a page waits for; the command takes more
LARGEST_FILE = 1_500_000  # bytes of refused rows that a page carries

# What a row may tell, for people: the rest of rules.COLUMNS are other names of the parts of a description.
SHOWN = (
    ("employer", _l("기업 이름 (꼭 필요해요)")),
    ("title", _l("공고 제목 (꼭 필요해요)")),
    ("description", _l("하는 일")),
    ("employment_type", _l("고용형태")),
    ("location", _l("일하는 곳")),
    ("occupation", _l("직무: 한국고용직업분류 이름이나 네 자리 코드")),
    ("salary", _l("급여: 연봉 3,200만원 ~ 3,800만원. 비우면 협의예요")),
    ("min_experience", _l("경력")),
    ("education", _l("학력")),
    ("hours", _l("일주일에 일하는 시간. 비우면 40시간이에요")),
    ("headcount", _l("모집 인원. 비우면 한 명이에요")),
    ("posted_on", _l("여는 날. 비우면 지금이에요")),
    ("closes_on", _l("닫는 날. 비우거나 상시채용이면 박람회가 끝날 때예요")),
    ("url", _l("원래 공고의 주소")),
    ("registration_number", _l("사업자등록번호")),
    ("source", _l("출처. 번호와 함께 있으면 다시 가져올 때 같은 공고를 찾아요")),
    ("source_id", _l("출처의 공고 번호")),
)


@blueprint.route("/organize/<slug>/import", methods=["GET", "POST"])
@guards.page(guards.organizer)
def import_table(caller: Caller, slug: str) -> Any:
    """Look at a table of listings, or bring it in, and show what became of each row."""
    now = clock.now()
    with db.read() as session:
        fair = fair_queries.get_fair(session, slug)
        fair_rules.check_organizes(caller, fair, fair.agency_id, now)
    form = ImportForm()
    if not form.is_submitted():
        return _shown(fair, form, None), 200
    try:
        report = _brought_in(caller, fair, form) if form.validate() else None
    except AppError as error:
        form.add_errors(Invalid.one("table", error.detail))
        report = None
    return _shown(fair, form, report), 200 if report and not report.none_kept else 422


def _brought_in(caller: Caller, fair: Fair, form: ImportForm) -> intake.Report:
    upload, now, at_once = form.table.data, clock.now(), bool(form.all_or_nothing.data)
    if not upload:
        raise Invalid(gettext("파일을 골라 주세요"))
    table = read_table(upload.stream.read(), upload.filename or "", rules.COLUMNS)
    _check_size(table, at_once)
    rows = rules.listing_rows(table, rules.FairTimes(fair.zone, fair.ends_at, now))
    if form.only_look.data:
        return _looked_at(rows)
    return intake.bring_in(db.write, rows, actions.import_listings, fair.id, caller.id, now, all_or_nothing=at_once)


def _check_size(table: Table, at_once: bool) -> None:
    most = MOST_AT_ONCE if at_once else MOST_ROWS
    if len(table) > most:
        raise Invalid(gettext("이 화면에서는 한 번에 %(most)s줄까지 가져올 수 있어요. 나누어 올려 주세요", most=most))


def _looked_at(rows: Any) -> intake.Report:
    """Return what would be refused, without writing: the others count as unchanged."""
    report = intake.Report()
    for one in rows:
        if isinstance(one, intake.Draft):
            report.unchanged += 1
            report.warnings += one.warnings
        else:
            report.refuse(one)
    return report


def _shown(fair: Fair, form: ImportForm, report: intake.Report | None) -> str:
    refused = report.rejected_csv().encode("utf-8", "replace") if report and report.rejected else b""
    file = f"data:text/csv;base64,{b64encode(refused).decode()}" if 0 < len(refused) <= LARGEST_FILE else ""
    columns = [(name, meaning, rules.COLUMNS[name]) for name, meaning in SHOWN]
    return render_template(
        "booths/import.html",
        fair=fair,
        form=form,
        report=report,
        said=intake.summary(report) if report else "",
        rejected=report.rejected[:MOST_SHOWN] if report else [],
        warnings=report.warnings[:MOST_SHOWN] if report else [],
        file=file,
        columns=columns,
    )
