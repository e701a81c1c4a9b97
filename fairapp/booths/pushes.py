"""Who hears of a change of a booth or listing. News is public: it speaks only of what is visible. Letters go to recruiters."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.booths.models import Booth, BoothReport
from fairapp.employers.models import Employer
from fairapp.fairs.models import Fair
from fairapp.language import in_language, say_when
from fairapp.live.actions import FairNews, Letter
from fairapp.mail import OutboxRow, Rendered, Renderer


def booth_flipped(booth: Any, is_hiring: bool, at: datetime) -> FairNews:
    """Return the news that a booth has appeared or disappeared; it has id, fair_id and employer_id."""
    data = {"booth": str(booth.id), "employer": str(booth.employer_id)}
    return FairNews(booth.fair_id, "booth.opened" if is_hiring else "booth.closed", at, data)


def listing_changed(listing: Any, seen_before: bool, seen_now: bool, at: datetime) -> list[FairNews]:
    """Return the news of a listing that has changed: none where nobody could see it before or can now."""
    if not (seen_before or seen_now):
        return []
    kind = "changed" if seen_before and seen_now else "opened" if seen_now else "closed"
    data = {"listing": str(listing["id"]), "booth": str(listing["booth_id"]), "employer": str(listing["employer_id"])}
    if kind != "closed":
        data |= {"title": listing["title"], "openings_left": max(0, listing["headcount"] - listing["filled"])}
    return [FairNews(listing["fair_id"], f"listing.{kind}", at, data)]


TOLD = ("booth.approved", "booth.waiting", "booth.rejected")  # decisions of which recruiters get a letter
STATUS_OF = {
    "booth.approved": "approved",
    "booth.waiting": "waiting",
    "booth.rejected": "rejected",
    "booth.invited": "invited",
    "booth.reminder": "approved",
}


def _subject(kind: str, fair: str) -> str:
    """Return the subject of a letter to a recruiter."""
    words = {
        "booth.approved": gettext("부스가 승인됐어요: %(fair)s", fair=fair),
        "booth.waiting": gettext("부스 자리가 나기를 기다리고 있어요: %(fair)s", fair=fair),
        "booth.rejected": gettext("부스 신청이 반려됐어요: %(fair)s", fair=fair),
        "booth.invited": gettext("박람회에 초대해요: %(fair)s", fair=fair),
        "booth.reminder": gettext("지금도 채용 중인가요? %(fair)s", fair=fair),
    }
    return words[kind]


def decision_letters(what: str, people: Sequence[Any], now: datetime) -> list[Letter]:
    """Write of a decision to each recruiter: approved, waiting for a booth, or rejected with the reason."""
    return [_letter(what, one, now) for one in people]


def invitation_letters(people: Sequence[Any], now: datetime) -> list[Letter]:
    """Write to each recruiter that the employer is invited."""
    return [_letter("booth.invited", one, now) for one in people]


def reminder_letters(people: Sequence[Any], now: datetime) -> list[Letter]:
    """Ask each recruiter whether the booth is still hiring; once a day at most."""
    return [_letter("booth.reminder", one, now, f"{now:%Y-%m-%d}") for one in people]


def _letter(kind: str, one: Any, now: datetime, mark: str = "") -> Letter:
    key = f"{kind}:{one.booth_id}:{mark or one.rev}:{one.account_id}"
    return Letter(key, kind, one.account_id, now, {"booth": one.booth_id})


def _render(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
    """Render a letter to a recruiter, unless the booth has come to another state meanwhile, or the fair is over."""
    booth, account = session.get(Booth, int(row.data["booth"])), session.get(Account, row.account_id)
    if booth is None or account is None or booth.status != STATUS_OF.get(row.kind, booth.status):
        return None
    fair, employer = session.get_one(Fair, booth.fair_id), session.get_one(Employer, booth.employer_id)
    if fair.ends_at <= now:
        return None
    base = str(current_app.config["SETTINGS"].base_url)
    with force_locale(language):
        name = in_language(fair.name, fair.name_en)
        words = {
            "kind": row.kind.partition(".")[2],
            "name": account.name,
            "fair": name,
            "employer": in_language(employer.name, employer.name_en),
            "reason": booth.reason,
            "when": say_when(fair.starts_at, fair.zone),
            "url": f"{base}/stand",
        }
        text = render_template("letters/booth.txt", **words)
        subject = _subject(row.kind, name)
    return Rendered(subject, text.strip() + "\n")


def report_letter(report_id: int, account_id: int, now: datetime) -> Letter:
    """Write to the seeker what became of her report."""
    return Letter(f"report:{report_id}", "report.handled", account_id, now, {"report": report_id})


def _render_report(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
    report, account = session.get(BoothReport, int(row.data["report"])), session.get(Account, row.account_id)
    if report is None or account is None:
        return None
    employer = session.get_one(Employer, session.get_one(Booth, report.booth_id).employer_id)
    with force_locale(language):
        words = {"name": account.name, "employer": in_language(employer.name, employer.name_en)}
        text = render_template("letters/report_handled.txt", **words, result=report.result, answer=report.answer)
        subject = gettext("알려 주신 일을 확인했어요")
    return Rendered(subject, text.strip() + "\n")


LETTERS: dict[str, Renderer] = {
    **dict.fromkeys((*TOLD, "booth.invited", "booth.reminder"), _render),
    "report.handled": _render_report,
}
