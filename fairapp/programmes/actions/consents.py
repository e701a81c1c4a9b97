"""Asking for consent, and what follows when somebody agrees: the agency may see her data and she gets a counsellor."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.accounts.actions import give_consent, withdraw_consent
from fairapp.accounts.queries import segments
from fairapp.agencies.queries import get_agency
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.live.actions import post
from fairapp.programmes import pushes, queries, rules
from fairapp.programmes.actions.assigning import Assigned, assign, release
from fairapp.programmes.actions.stages import end
from fairapp.programmes.models import ConsentAsk, WayBack

LASTS = timedelta(days=365)  # the course lasts a year


class AskAnswered(Conflict):
    """The question was answered."""

    slug = "ask-answered"
    title = _l("이미 답했어요")


def ask_consent(
    session: Session, agency_id: int, seeker_id: int, by: int | None, now: datetime, *, fair_id: int | None = None
) -> int | None:
    """Ask the person by letter whether the agency may see her data; None where it asked already and she has not answered."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"agency_id": agency_id, "seeker_id": seeker_id, "fair_id": fair_id, "asked_by": by, "asked_at": now}
    new = dialect.insert(ConsentAsk).values(row).on_conflict_do_nothing().returning(ConsentAsk.id)
    made = session.execute(new).scalar()
    if made is None:
        return None
    trace.record(session, "consent.asked", "agency", agency_id, now, by=by, person_id=seeker_id)
    post(session, [pushes.ask_letter(seeker_id, int(made), now)])
    return int(made)


def answer_ask(session: Session, ask_id: int, seeker_id: int, agreed: bool, now: datetime) -> Assigned | None:
    """Keep the answer; who agrees gets a counsellor there. NotFound for anybody else's, AskAnswered for the second."""
    ask = session.get(ConsentAsk, ask_id)
    if ask is None or ask.seeker_id != seeker_id:
        raise NotFound
    answered = update(ConsentAsk).where(ConsentAsk.id == ask_id, ConsentAsk.answered_at.is_(None))
    values = {"answered_at": now, "agreed": agreed}
    if session.execute(answered.values(values).returning(ConsentAsk.id)).scalar() is None:
        raise AskAnswered
    trace.record(session, "consent.answered", "agency", ask.agency_id, now, by=seeker_id, data={"agreed": agreed})
    if not agreed:
        _after_fair(session, ask.agency_id, seeker_id, "refused")
        return None
    return apply(session, seeker_id, ask.agency_id, now, why="first" if ask.fair_id is None else "fair")


def apply(session: Session, seeker_id: int, agency_id: int, now: datetime, *, why: str = "first") -> Assigned:
    """Let the agency see the person's data for a year, and give her a counsellor there or a place on the waiting list."""
    give_consent(session, seeker_id, None, agency_id, queries.COUNSELLING, now + LASTS, now)
    given = assign(session, agency_id, seeker_id, now, why=why, by=seeker_id)
    _after_fair(session, agency_id, seeker_id, "waiting" if given.waits else "handed")
    return given


def apply_herself(session: Session, seeker_id: int, agency_id: int, now: datetime) -> Assigned:
    """Do so by the person's own wish; Invalid where the agency is a desk for groups to which she does not belong today."""
    found = get_agency(session, agency_id)
    if found is None:
        raise NotFound
    if found.serves and segments(session, seeker_id, rules.day_of(now)).isdisjoint(found.serves):
        raise Invalid.one("agency", _l("정해진 대상을 위한 창구예요. 내 프로필의 생년월일과 대상을 확인해 주세요"))
    return apply(session, seeker_id, agency_id, now)


def _after_fair(session: Session, agency_id: int, seeker_id: int, state: str) -> None:
    """Keep what became of what was offered to the person after fairs of this agency."""
    mine = WayBack.agency_id == agency_id, WayBack.seeker_id == seeker_id
    offered = select(WayBack.id).where(*mine, WayBack.state.in_(("offered", "waiting")))
    session.execute(update(WayBack).where(WayBack.id.in_(offered)).values(state=state))


def stop(session: Session, agency_id: int, seeker_id: int, now: datetime) -> None:
    """Let the person stop being counselled at an agency: her course ends by her own wish, and the consent is withdrawn."""
    way = queries.participation_of(session, agency_id, seeker_id)
    if way is not None and way.ended_at is None:
        end(session, way.id, "own_wish", seeker_id, now)
    for consent_id in queries.counselling_consents(session, agency_id, seeker_id, now):
        withdraw_consent(session, seeker_id, consent_id, now)
    release(session, agency_id, seeker_id, "over", now)
