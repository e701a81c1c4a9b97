"""Reports by mail: when they go out, to whom, what is in the letter."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdf
import pytest
from flask import Flask
from sqlalchemy import select

from fairapp import db, mail
from fairapp.accounts.models import Membership
from fairapp.errors import Invalid, NotFound
from fairapp.live.models import Outbox
from fairapp.outcomes import actions, jobs, queries, rules
from fairapp.outcomes.models import ExportLog, MailOrder
from tests.factories import NOW
from tests.outcomes.cast import Cast
from tests.signing_in import browser_of

pytestmark = pytest.mark.usefixtures("at_now")
MORNING = datetime(2026, 11, 24, 23, tzinfo=UTC)  # eight in Seoul, the day after NOW
PATH = "/organize/daegu/report/mails"


@pytest.mark.parametrize(
    ("every", "zone", "now", "at"),
    [
        ("day", "Asia/Seoul", datetime(2026, 11, 24, 1, tzinfo=UTC), MORNING),
        ("day", "Asia/Seoul", datetime(2026, 11, 23, 22, 59, tzinfo=UTC), datetime(2026, 11, 23, 23, tzinfo=UTC)),
        ("day", "Asia/Seoul", MORNING, datetime(2026, 11, 25, 23, tzinfo=UTC)),
        ("week", "Asia/Seoul", datetime(2026, 11, 24, 1, tzinfo=UTC), datetime(2026, 11, 29, 23, tzinfo=UTC)),
        ("month", "Asia/Seoul", datetime(2026, 12, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)),
        # eight o'clock stays eight o'clock when the clocks change on 29 March
        ("week", "Europe/Berlin", datetime(2026, 3, 24, 1, tzinfo=UTC), datetime(2026, 3, 30, 6, tzinfo=UTC)),
    ],
)
def test_when_a_report_goes_out(every: str, zone: str, now: datetime, at: datetime) -> None:
    assert rules.next_mail(every, zone, now) == at


def sent(app: Flask) -> list[mail.Rendered | None]:
    """Return the letters with reports, as they are written in Korean."""
    with app.app_context(), db.of(app).read() as session:
        rows = session.scalars(select(Outbox).where(Outbox.kind == "report.mailed").order_by(Outbox.id)).all()
        plain = [mail.OutboxRow(*(getattr(row, name) for name in mail.OutboxRow.__slots__)) for row in rows]
        return [mail.renderers[one.kind](session, one, "ko", MORNING) for one in plain]


def mailed(app: Flask, now: Any) -> int:
    """Run the job."""
    with app.app_context():
        return jobs.mail_reports(now)


def test_the_report_goes_out_once_each_time_and_is_logged(app_on_both: Flask, cast_on_both: Cast) -> None:
    app, cast = app_on_both, cast_on_both
    order = db.of(app).write(actions.order_mailing, cast.fair, cast.organizer, "month", cast.organizer, NOW)
    assert db.of(app).write(actions.order_mailing, cast.fair, cast.organizer, "day", cast.organizer, NOW) == order
    assert [mailed(app, at) for at in (NOW, MORNING, MORNING, MORNING + timedelta(days=1))] == [0, 1, 0, 1]
    first, second = sent(app)
    assert first is not None
    assert second is not None
    (file,) = first.files
    assert (file.name, file.kind) == ("daegu-report-20261124T230000Z.pdf", "application/pdf")
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file.content)).pages)
    assert "결과 보고서" in text
    assert PATH in first.text
    with db.of(app).read() as session:
        logged = session.execute(select(ExportLog.kind, ExportLog.format, ExportLog.taken_by)).all()
    assert [tuple(row) for row in logged] == [("report", "pdf", cast.organizer)] * 2


def test_a_letter_with_a_file_is_put_together(app: Flask) -> None:
    rendered = mail.Rendered("제목", "글\n", files=(mail.File("보고서.pdf", "application/pdf", b"%PDF-1"),))
    row = mail.OutboxRow(1, "k", "report.mailed", 1, None, {}, "<1@x.kr>", 0)
    letter = mail.compose(row, mail.Recipient("a@demo.example", "가", "ko"), rendered, "fair@demo.example", NOW)
    (file,) = letter.iter_attachments()
    assert (file.get_filename(), file.get_content_type(), file.get_content()) == (
        "보고서.pdf",
        "application/pdf",
        b"%PDF-1",
    )


def test_only_organizers_get_it_and_only_while_they_are(app: Flask, cast: Cast) -> None:
    write = db.of(app).write
    for who, every, refused in ((cast.recruiter, "day", Invalid), (cast.organizer, "hour", Invalid)):
        with pytest.raises(refused):
            write(actions.order_mailing, cast.fair, who, every, cast.organizer, NOW)
    with pytest.raises(NotFound):
        write(actions.order_mailing, 999, cast.organizer, "day", cast.organizer, NOW)
    write(actions.order_mailing, cast.fair, cast.organizer, "day", cast.organizer, NOW)
    assert mailed(app, MORNING) == 1

    def leave(session: Any) -> None:
        for one in session.scalars(select(Membership).where(Membership.account_id == cast.organizer)):
            one.ended_at = NOW

    write(leave)
    assert sent(app) == [None]  # what was on its way is not written any more
    assert mailed(app, MORNING + timedelta(days=1)) == 0
    with db.of(app).read() as session:
        assert session.scalars(select(MailOrder.ended_at)).one() is not None


def test_it_is_ordered_and_ended_on_a_page(app: Flask, cast: Cast) -> None:
    browser = browser_of(app, cast.organizer)
    assert "메일로 받는 사람이 없어요" in browser.get(PATH).text
    for bad in ({}, {"account": str(cast.recruiter), "every": "day"}, {"account": str(cast.organizer), "every": "x"}):
        assert browser.post(PATH, data=bad).status_code == 422
    order = {"account": str(cast.organizer), "every": "week"}
    assert "주마다 (월요일)" in browser.post(PATH, data=order, follow_redirects=True).text
    assert browser.post(f"{PATH}/999/end").status_code == 404
    with db.of(app).read() as session:
        (one,) = queries.mailings(session, cast.fair)
    assert "메일로 받는 사람이 없어요" in browser.post(f"{PATH}/{one.id}/end", follow_redirects=True).text
    assert browser_of(app, cast.recruiter).get(PATH).status_code == 403
