"""Who hears of what on the way to a job, and how the letters read. No letter names anybody but its reader."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from fairapp import clock
from fairapp.accounts.models import Account
from fairapp.agencies.models import Agency
from fairapp.booths.models import Booth, Listing
from fairapp.employers.models import Employer
from fairapp.fairs.models import Fair
from fairapp.language import in_language, say_date, say_day
from fairapp.live.actions import Letter, OwnNews
from fairapp.mail import OutboxRow, Rendered, Renderer
from fairapp.programmes.models import (
    Assignment,
    Candidacy,
    ConsentAsk,
    CounsellorWait,
    Plan,
    Pool,
    Referral,
    SessionInvite,
)
from fairapp.programmes.rules import ZONE
from fairapp.scheduling.models import Slot


def case_news(counsellor_id: int, assignment_id: int, now: datetime) -> OwnNews:
    """Return a counsellor's news that something changed with somebody whom she counsels."""
    return OwnNews(counsellor_id, "case.changed", now, {"case": str(assignment_id)})


def stage_news(seeker_id: int, participation_id: int, now: datetime) -> OwnNews:
    """Return the seeker's news that she is at another stage."""
    return OwnNews(seeker_id, "way.changed", now, {"participation": str(participation_id)})


def _letter(kind: str, about: int, reader: int, now: datetime, more: str = "", **data: Any) -> Letter:
    key = f"{kind}:{about}{more}:{reader}"
    return Letter(key, kind, reader, now, {"id": about, **data})


def case_letter(counsellor_id: int, assignment_id: int, now: datetime) -> Letter:
    """Write to a counsellor that somebody was given to her."""
    return _letter("way.case", assignment_id, counsellor_id, now)


def counsellor_letter(seeker_id: int, assignment_id: int, now: datetime) -> Letter:
    """Write to a seeker who counsels her now."""
    return _letter("way.counsellor", assignment_id, seeker_id, now)


def waiting_letter(seeker_id: int, wait_id: int, now: datetime) -> Letter:
    """Write to a seeker that all counsellors are full and she stands on the waiting list."""
    return _letter("way.waiting", wait_id, seeker_id, now)


def ask_letter(seeker_id: int, ask_id: int, now: datetime) -> Letter:
    """Ask a seeker whether an agency may see her data."""
    return _letter("way.ask", ask_id, seeker_id, now)


def plan_letter(seeker_id: int, plan_id: int, now: datetime) -> Letter:
    """Write to a seeker that a plan waits for her answer."""
    return _letter("way.plan", plan_id, seeker_id, now)


def plan_answer_letter(counsellor_id: int, assignment_id: int, plan_id: int, now: datetime) -> Letter:
    """Write to a counsellor that a plan was answered."""
    return _letter("way.plan_answer", plan_id, counsellor_id, now, case=assignment_id)


def referral_letter(reader_id: int, referral_id: int, what: str, now: datetime, day: str = "") -> Letter:
    """Write about a referral: `ask` to the seeker, `new` or `due` to who answers it, `news` to its counsellor."""
    return _letter(f"way.referral_{what}", referral_id, reader_id, now, f":{day}" if day else "")


def pool_letter(counsellor_id: int, pool_id: int, count: int, now: datetime, day: str) -> Letter:
    """Write to a counsellor in charge of a pool that so many people came into it that day."""
    return _letter("way.pool", pool_id, counsellor_id, now, f":{day}", count=count)


def invite_letter(seeker_id: int, slot_id: int, now: datetime) -> Letter:
    """Invite a seeker to a session for many."""
    return _letter("way.invite", slot_id, seeker_id, now)


def candidacy_letter(seeker_id: int, candidacy_id: int, now: datetime) -> Letter:
    """Ask somebody of a pool whether an employer may see who she is."""
    return _letter("way.candidacy", candidacy_id, seeker_id, now)


def meeting_letter(seeker_id: int, candidacy_id: int, now: datetime, day: str) -> Letter:
    """Tell somebody who agreed that the employer would like to meet her; once a day at most."""
    return _letter("way.meeting", candidacy_id, seeker_id, now, f":{day}")


@dataclass(frozen=True, slots=True)
class Words:
    """What one of these letters says: its subject, its text, and where it leads."""

    subject: str
    text: str
    path: str


def _agency(session: Session, agency_id: int) -> str:
    row = session.get_one(Agency, agency_id)
    return in_language(row.name, row.name_en)


def _case(session: Session, row: OutboxRow, now: datetime) -> Words | None:
    case = session.get(Assignment, row.data["id"])
    if case is None or case.ended_at is not None:
        return None
    text = gettext(
        "%(agency)s에서 한 분을 새로 맡았어요. 먼저 인사를 건네 주세요.", agency=_agency(session, case.agency_id)
    )
    return Words(gettext("새로 맡은 분이 있어요"), text, f"/caseload/{case.id}")


def _counsellor(session: Session, row: OutboxRow, now: datetime) -> Words | None:
    case = session.get(Assignment, row.data["id"])
    if case is None or case.ended_at is not None:
        return None
    who = session.get_one(Account, case.counsellor_id).name
    names = {"agency": _agency(session, case.agency_id), "who": who}
    text = gettext("%(agency)s의 %(who)s 상담사가 일자리를 찾을 때까지 함께해요.", **names)
    return Words(gettext("내 상담사가 정해졌어요"), text, "/me/plan")


def _waiting(session: Session, row: OutboxRow, now: datetime) -> Words | None:
    wait = session.get(CounsellorWait, row.data["id"])
    if wait is None or wait.ended_at is not None:
        return None
    name = _agency(session, wait.agency_id)
    text = gettext("%(agency)s의 상담사가 모두 차 있어요. 자리가 나면 신청한 차례대로 바로 알려 드려요.", agency=name)
    return Words(gettext("상담사를 기다리고 있어요"), text, "/me/plan")


def _ask(session: Session, row: OutboxRow, now: datetime) -> Words | None:
    ask = session.get(ConsentAsk, row.data["id"])
    if ask is None or ask.answered_at is not None:
        return None
    names = {"agency": _agency(session, ask.agency_id)}
    if ask.fair_id is not None:
        fair = session.get_one(Fair, ask.fair_id)
        names["fair"] = in_language(fair.name, fair.name_en)
        text = gettext(
            "%(fair)s에서 아직 일자리를 찾지 못했다면 %(agency)s 상담사가 함께 찾아요. 원하면 아래에서 동의해 주세요.",
            **names,
        )
        return Words(gettext("다음 길을 함께 찾아요"), text, f"/me/asks/{ask.id}")
    text = gettext("%(agency)s 상담사가 상담을 위해 내 정보를 봐도 되는지 물어요. 아래에서 답해 주세요.", **names)
    return Words(gettext("내 정보를 봐도 될까요?"), text, f"/me/asks/{ask.id}")


def _plan(session: Session, row: OutboxRow, now: datetime) -> Words | None:
    plan = session.get(Plan, row.data["id"])
    if plan is None or plan.answered_at is not None:
        return None
    text = gettext("상담사가 함께 이룰 계획을 적었어요. 읽고 동의하거나 바꾸고 싶은 점을 알려 주세요.")
    return Words(gettext("내 계획을 읽어 주세요"), text, "/me/plan")


def _plan_answer(session: Session, row: OutboxRow, now: datetime) -> Words | None:
    plan, case = session.get(Plan, row.data["id"]), session.get(Assignment, row.data["case"])
    if plan is None or case is None or case.ended_at is not None:
        return None
    text = gettext("계획에 동의했어요.") if plan.agreed else gettext("계획에서 바꾸고 싶은 점이 있대요.")
    return Words(gettext("계획에 답이 왔어요"), text, f"/caseload/{case.id}")


def _receiver(session: Session, row: Referral) -> str:
    """Return to whom a referral goes: the employer of the listing, or the agency."""
    if row.to_agency_id is not None:
        return _agency(session, row.to_agency_id)
    booth = session.get_one(Booth, session.get_one(Listing, row.listing_id).booth_id)
    employer = session.get_one(Employer, booth.employer_id)
    return in_language(employer.name, employer.name_en)


def _referral_ask(session: Session, row: OutboxRow, now: datetime) -> Words | None:
    found = session.get(Referral, row.data["id"])
    if found is None or found.state != "asked":
        return None
    text = gettext(
        "상담사가 %(to)s에 나를 소개하려고 해요. 동의해야만 내 정보가 전해져요.", to=_receiver(session, found)
    )
    return Words(gettext("소개해도 될까요?"), text, f"/me/referrals/{found.id}")


def _referral_new(session: Session, row: OutboxRow, now: datetime) -> Words | None:
    found = session.get(Referral, row.data["id"])
    if found is None or found.state not in ("sent", "seen"):
        return None
    names = {
        "agency": _agency(session, found.agency_id),
        "day": say_date(clock.day_bounds(found.due_on, ZONE)[0], ZONE),
    }
    text = gettext("%(agency)s에서 한 분을 소개했어요. %(day)s까지 답해 주세요.", **names)
    return Words(gettext("소개받은 분이 있어요"), text, f"/referrals/{found.id}")


def _referral_news(session: Session, row: OutboxRow, now: datetime) -> Words | None:
    found = session.get(Referral, row.data["id"])
    if found is None:
        return None
    text = gettext("%(to)s에 한 소개에 새 소식이 있어요.", to=_receiver(session, found))
    return Words(gettext("소개에 새 소식이 있어요"), text, f"/referrals/{found.id}")


def _pool(session: Session, row: OutboxRow, now: datetime) -> Words | None:
    pool = session.get(Pool, row.data["id"])
    if pool is None:
        return None
    names = {"pool": in_language(pool.name, pool.name_en), "n": row.data["count"]}
    text = gettext("%(pool)s에 새로 들어온 사람이 %(n)s명 있어요.", **names)
    return Words(gettext("인재풀에 새 사람이 있어요"), text, f"/pools/{pool.id}")


def _invite(session: Session, row: OutboxRow, now: datetime) -> Words | None:
    slot = session.get(Slot, row.data["id"])
    invited = session.get(SessionInvite, (row.data["id"], row.account_id))
    if slot is None or invited is None or slot.closed_at is not None or slot.starts_at <= now:
        return None
    text = gettext(
        "상담사가 %(day)s에 여는 단체 프로그램에 초대했어요. 자리가 있을 때 예약해 주세요.",
        day=say_day(slot.starts_at, ZONE),
    )
    return Words(gettext("단체 프로그램에 초대해요"), text, f"/coaches/{slot.coach_id}?slot={slot.id}")


def _candidacy(session: Session, row: OutboxRow, now: datetime) -> Words | None:
    found = session.get(Candidacy, row.data["id"])
    if found is None or found.answered_at is not None:
        return None
    listing = session.get_one(Listing, found.listing_id)
    names = {"listing": in_language(listing.title, listing.title_en)}
    text = gettext(
        "‘%(listing)s’ 공고에서 함께 일할 사람을 찾아요. 동의해야만 내 이름과 정보가 기업에 전해져요.", **names
    )
    return Words(gettext("관심 있어 하는 기업이 있어요"), text, f"/me/candidacies/{found.id}")


def _meeting(session: Session, row: OutboxRow, now: datetime) -> Words | None:
    found = session.get(Candidacy, row.data["id"])
    listing = None if found is None or not found.agreed else session.get(Listing, found.listing_id)
    if listing is None or listing.closed_at is not None:
        return None
    names = {"listing": in_language(listing.title, listing.title_en)}
    text = gettext("‘%(listing)s’ 공고의 기업에서 만나고 싶어 해요. 편한 면접 시간을 골라 주세요.", **names)
    return Words(gettext("면접에 초대해요"), text, f"/booths/{listing.booth_id}?listing={listing.id}")


def _renderer(words: Callable[[Session, OutboxRow, datetime], Words | None]) -> Renderer:
    def render(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
        account = session.get(Account, row.account_id)
        if account is None:
            return None
        with force_locale(language):
            said = words(session, row, now)
            if said is None:
                return None
            url = f"{current_app.config['SETTINGS'].base_url}{said.path}"
            text = render_template("letters/way.txt", name=account.name, text=said.text, url=url)
        return Rendered(said.subject, text.strip() + "\n")

    return render


LETTERS: dict[str, Renderer] = {
    "way.case": _renderer(_case),
    "way.counsellor": _renderer(_counsellor),
    "way.waiting": _renderer(_waiting),
    "way.ask": _renderer(_ask),
    "way.plan": _renderer(_plan),
    "way.plan_answer": _renderer(_plan_answer),
    "way.referral_ask": _renderer(_referral_ask),
    "way.referral_new": _renderer(_referral_new),
    "way.referral_due": _renderer(_referral_new),
    "way.referral_news": _renderer(_referral_news),
    "way.pool": _renderer(_pool),
    "way.invite": _renderer(_invite),
    "way.candidacy": _renderer(_candidacy),
    "way.meeting": _renderer(_meeting),
}
