"""Somebody comes to a visit without a booking: she is known or registered, and gets the next free time of that day."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from fairapp.accounts.rules import ProfileFields
from fairapp.errors import Conflict, Invalid
from fairapp.outcomes import actions as outcomes
from fairapp.outcomes import queries as passes
from fairapp.outcomes.actions.attending import arrive
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling import queries as claims
from fairapp.scheduling.rules import Wish
from fairapp.visits import queries

CAME = "walk-in"  # the reason that is kept with the booking


class NothingLeft(Conflict):
    """No time of the visit is free any more."""

    slug = "nothing-left"
    title = _l("오늘 이곳에 남은 시간이 없어요")


def seat_who_came(
    session: Session,
    visit_id: int,
    code: str,
    name: str,
    fields: ProfileFields,
    language: str,
    by: int,
    now: datetime,
) -> tuple[int, int]:
    """Let who came have the visit's next free time; return the booking and the account.

    By the code of a pass, or registered at the desk by name. Raises Invalid for a code of nobody, and as walk_in; NothingLeft.
    """
    visit = queries.get_visit(session, visit_id, now)
    if not code and not name:
        raise Invalid.one("name", _l("이름이나 입장권 코드를 적어 주세요"))
    if code:
        owner = passes.pass_owner(session, code)
        if owner is None or owner.fair_id != visit.fair_id:
            raise Invalid.one("code", _l("이 박람회의 입장권이 아니에요"))
        account_id = int(owner.account_id)
        arrive(session, visit.fair_id, account_id, by, now, now)
    else:
        account_id, _ = outcomes.walk_in(session, visit.fair_id, name, language, fields, by, now)
    free = claims.slots_at(
        session,
        visit.fair_id,
        [visit.site_id],
        max(now, visit.starts_at),
        visit.ends_at,
        free_only=True,
        now=now,
        limit=20,
    )
    wish = Wish(override=CAME, by=by)
    for row in free:
        if row.starts_at > now and row.kind == "coaching":
            return scheduling.book(session, row.id, account_id, wish, now).id, account_id
    raise NothingLeft
