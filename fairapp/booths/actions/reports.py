"""What seekers report of booths, and how organizers handle it."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.booths import pushes, queries
from fairapp.booths.actions.gate import tell_flips
from fairapp.booths.actions.inviting import remind_lapsing
from fairapp.booths.models import REPORT_REASONS, REPORT_RESULTS, Booth, BoothReport
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.live.actions import post

LONGEST = 1000


class AlreadyReported(Conflict):
    """This person has reported the booth, and nobody has handled it yet."""

    slug = "already-reported"
    title = _l("이미 알려 주셨어요. 운영 기관이 확인하고 있어요")


def report_booth(session: Session, booth_id: int, account_id: int, reason: str, text: str, now: datetime) -> int:
    """Keep what a seeker says of a booth and return its id; the employer does not learn who said it.

    Invalid for no reason or a long text, AlreadyReported while another one of hers waits, NotFound for no booth.
    """
    if reason not in REPORT_REASONS:
        raise Invalid.one("reason", _l("무엇이 달랐는지 골라 주세요"))
    if len(text) > LONGEST:
        raise Invalid.one("text", _l("%(most)s자까지 쓸 수 있어요", most=LONGEST))
    booth = session.execute(select(Booth.fair_id).where(Booth.id == booth_id).with_for_update()).one_or_none()
    if booth is None:
        raise NotFound
    mine = BoothReport.booth_id == booth_id, BoothReport.account_id == account_id, BoothReport.handled_at.is_(None)
    if session.scalar(select(BoothReport.id).where(*mine)) is not None:
        raise AlreadyReported
    row = BoothReport(booth_id=booth_id, account_id=account_id, reason=reason, text=text.strip(), at=now, answer="")
    session.add(row)
    session.flush()
    told = {"reason": reason}
    trace.record(session, "booth.reported", "booth", booth_id, now, by=account_id, fair_id=booth.fair_id, data=told)
    return row.id


def handle_report(
    session: Session, report_id: int, fair_id: int, result: str, answer: str, by: int, now: datetime
) -> None:
    """Say what became of a report of the fair; who made it gets the answer.

    `confirmed` takes the booth's intent back, so that it disappears until it says again that it is hiring; `asked` writes to
    its recruiters. NotFound, Invalid, or AlreadyHandled.
    """
    if result not in REPORT_RESULTS:
        raise Invalid.one("result", _l("무엇을 했는지 골라 주세요"))
    if len(answer) > LONGEST:
        raise Invalid.one("answer", _l("%(most)s자까지 쓸 수 있어요", most=LONGEST))
    found = select(BoothReport).join(Booth, Booth.id == BoothReport.booth_id)
    row = session.scalar(found.where(BoothReport.id == report_id, Booth.fair_id == fair_id).with_for_update())
    if row is None:
        raise NotFound
    if row.handled_at is not None:
        raise AlreadyHandled
    row.handled_at, row.handled_by, row.result, row.answer = now, by, result, answer.strip()
    session.flush()
    if result == "confirmed":
        lapse(session, row.booth_id, now)
    elif result == "asked":
        remind_lapsing(session, [row.booth_id], now)
    post(session, [pushes.report_letter(row.id, row.account_id, now)])
    trace.record(session, "report.handled", "booth", row.booth_id, now, by=by, fair_id=fair_id, data={"result": result})


class AlreadyHandled(Conflict):
    """Somebody has handled the report already."""

    slug = "already-handled"
    title = _l("이미 처리한 신고예요")


def lapse(session: Session, booth_id: int, now: datetime) -> None:
    """Take back that the booth is hiring now, until its recruiters or an organizer say it again; they are told."""
    taken = update(Booth).where(Booth.id == booth_id).values(intent_confirmed_at=None, rev=Booth.rev + 1)
    session.execute(taken, execution_options={"synchronize_session": False})
    session.expire_all()
    tell_flips(session, [booth_id], now)
    post(session, pushes.reminder_letters(queries.recruiters_of_booths(session, [booth_id]), now))


def erase_person(session: Session, account_id: int, now: datetime) -> None:
    """Blank what the person reported and what she was answered; that a report was made and decided stays."""
    hers = BoothReport.account_id == account_id
    session.execute(update(BoothReport).where(hers).values(text="", answer=""))


def forget_reports(session: Session, before: datetime) -> int:
    """Blank the texts of some reports that were handled before then; return how many."""
    said = or_(BoothReport.text != "", BoothReport.answer != "")
    ids = session.scalars(select(BoothReport.id).where(BoothReport.handled_at < before, said).limit(500)).all()
    session.execute(update(BoothReport).where(BoothReport.id.in_(ids)).values(text="", answer=""))
    return len(ids)
