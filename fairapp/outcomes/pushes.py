"""Who hears of an outcome, and what: the seeker, that there is news, never the stage; and of an appeal, its answer."""

from datetime import datetime

from flask import current_app, render_template
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from fairapp import clock, trace
from fairapp.accounts.models import Account
from fairapp.booths.models import Booth, Notice
from fairapp.fairs.models import Fair
from fairapp.language import in_language, say_when
from fairapp.live.actions import FairNews, Letter, OwnNews
from fairapp.mail import File, OutboxRow, Rendered, Renderer
from fairapp.outcomes import queries
from fairapp.outcomes.models import Appeal, MailOrder, OutcomeReply
from fairapp.scheduling import queries as scheduling


def outcome(seeker_id: int, booking_id: int, fair_id: int, now: datetime) -> OwnNews:
    """Return the seeker's news that something was written in the ledger of a booking."""
    return OwnNews(
        account_id=seeker_id,
        kind="booking.outcome",
        at=now,
        data={"booking": str(booking_id), "fair": str(fair_id)},
        fair_id=fair_id,
    )


def answer_letter(appeal_id: int, seeker_id: int, now: datetime) -> Letter:
    """Write to the seeker that what she said to an absence was answered."""
    return Letter(f"appeal:{appeal_id}", "appeal.answered", seeker_id, now, {"appeal": appeal_id})


def fair_notice(notice: Notice) -> FairNews:
    """Return the public news of a notice to the whole fair."""
    data = {"notice": str(notice.id), "text": notice.text, "text_en": notice.text_en}
    return FairNews(notice.fair_id, "notice", notice.at, data)


def own_notice(notice: Notice, account_id: int) -> OwnNews:
    """Return one person's news of a notice to her group."""
    data = {"notice": str(notice.id), "text": notice.text, "text_en": notice.text_en}
    return OwnNews(account_id, "booking.notice", notice.at, data, notice.fair_id)


def notice_letter(notice_id: int, account_id: int, now: datetime) -> Letter:
    """Write a notice to one person."""
    return Letter(f"notice:{notice_id}:{account_id}", "notice", account_id, now, {"notice": notice_id})


def _render_notice(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
    """Render a notice, unless its time is over."""
    notice, account = session.get(Notice, int(row.data["notice"])), session.get(Account, row.account_id)
    if notice is None or account is None or notice.until <= now:
        return None
    fair = session.get_one(Fair, notice.fair_id)
    with force_locale(language):
        name = in_language(fair.name, fair.name_en)
        said = in_language(notice.text, notice.text_en)
        text = render_template("letters/notice.txt", name=account.name, fair=name, text=said)
        subject = gettext("%(fair)s에서 알려요", fair=name)
    return Rendered(subject, text.strip() + "\n")


def dispute_letter(reply_id: int, seeker_id: int, now: datetime) -> Letter:
    """Write to the seeker that what she disputed was answered."""
    return Letter(f"dispute:{reply_id}", "dispute.answered", seeker_id, now, {"reply": reply_id})


def _render_dispute(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
    reply, account = session.get(OutcomeReply, int(row.data["reply"])), session.get(Account, row.account_id)
    if reply is None or account is None:
        return None
    with force_locale(language):
        words = {"name": account.name, "answer": reply.answer, "url": f"{_base()}/me/outcomes"}
        text = render_template("letters/dispute_answered.txt", **words)
        subject = gettext("알려 주신 결과를 확인했어요")
    return Rendered(subject, text.strip() + "\n")


def results_letter(booth_id: int, account_id: int, now: datetime) -> Letter:
    """Remind a recruiter of results that are overdue; once a week."""
    year, week, _ = now.isocalendar()
    return Letter(f"results:{booth_id}:{year}-{week}:{account_id}", "results.due", account_id, now, {"booth": booth_id})


def follow_up_letter(outcome_id: int, months: int, booth_id: int, account_id: int, now: datetime) -> Letter:
    """Ask a recruiter whether somebody who started is still there; once for each of 1, 3 and 6 months."""
    data = {"booth": booth_id, "months": months}
    return Letter(f"follow-up:{outcome_id}:{months}:{account_id}", "follow-up.due", account_id, now, data)


def _render_due(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
    """Render a reminder to a recruiter, unless the booth is gone."""
    booth, account = session.get(Booth, int(row.data["booth"])), session.get(Account, row.account_id)
    if booth is None or account is None:
        return None
    fair = session.get_one(Fair, booth.fair_id)
    with force_locale(language):
        name = in_language(fair.name, fair.name_en)
        months = row.data.get("months")
        words = {"name": account.name, "fair": name, "months": months, "url": f"{_base()}/stand/{booth.id}/due"}
        text = render_template("letters/due.txt", **words)
        subject = gettext("면접 결과를 적어 주세요: %(fair)s", fair=name)
        if months:
            subject = gettext("지금도 다니고 있나요? %(fair)s", fair=name)
    return Rendered(subject, text.strip() + "\n")


def report_letter(order_id: int, account_id: int, at: datetime, now: datetime) -> Letter:
    """Send somebody the report that she ordered, of this moment; one letter for each time."""
    data = {"order": order_id, "as_of": clock.rfc3339(now)}
    return Letter(f"report:{order_id}:{at:%Y%m%d}", "report.mailed", account_id, now, data)


def _render_report(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
    """Render the report as of when it was due, unless the order has ended or its reader organizes no more."""
    order, account = session.get(MailOrder, int(row.data["order"])), session.get(Account, row.account_id)
    if order is None or order.ended_at is not None or account is None:
        return None
    fair = session.get_one(Fair, order.fair_id)
    if account.id not in queries.may_have_reports(session, fair.agency_id):
        return None
    as_of = datetime.fromisoformat(row.data["as_of"])
    shown = queries.Shown(queries.report_of(session, queries.fair_scope(fair.id), as_of))
    made = queries.fair_pdf(fair, as_of, shown, language, trace.seal(session, fair.id), now)
    name = queries.file_name(fair.slug, "report", "pdf", as_of)
    with force_locale(language):
        title = in_language(fair.name, fair.name_en)
        words = {
            "name": account.name,
            "fair": title,
            "when": say_when(as_of, fair.zone),
            "report": shown.report,
            "url": f"{_base()}/organize/{fair.slug}/report",
            "end": f"{_base()}/organize/{fair.slug}/report/mails",
        }
        text = render_template("letters/report.txt", **words)
        subject = gettext("%(fair)s 결과 보고서", fair=title)
    return Rendered(subject, text.strip() + "\n", files=(File(name, "application/pdf", made),))


def _base() -> str:
    return str(current_app.config["SETTINGS"].base_url)


def _render_answer(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
    """Render the answer; it stands as it was given, so nothing can have overtaken it."""
    appeal, account = session.get(Appeal, int(row.data["appeal"])), session.get(Account, row.account_id)
    facts = None if appeal is None else scheduling.booking_facts(session, appeal.booking_id)
    if appeal is None or facts is None or account is None:
        return None
    with force_locale(language):
        words = {
            "name": account.name,
            "when": say_when(facts.starts_at, facts.zone),
            "accepted": appeal.accepted,
            "answer": appeal.answer,
            "url": f"{current_app.config['SETTINGS'].base_url}/me/absences",
        }
        text = render_template("letters/appeal_answered.txt", **words)
        subject = gettext("알려 주신 사정에 답했어요")
    return Rendered(subject, text.strip() + "\n")


LETTERS: dict[str, Renderer] = {
    "appeal.answered": _render_answer,
    "notice": _render_notice,
    "dispute.answered": _render_dispute,
    "results.due": _render_due,
    "follow-up.due": _render_due,
    "report.mailed": _render_report,
}
