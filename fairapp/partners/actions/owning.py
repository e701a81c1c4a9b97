"""Two accounts that both have owners become one when both say so, each from her account: nobody else can know it."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.accounts.models import Account, Membership
from fairapp.errors import Conflict, NotFound
from fairapp.live.actions import post
from fairapp.partners import pushes, queries
from fairapp.partners.actions.merging import decide, unite
from fairapp.partners.models import Pair


class HasRoles(Conflict):
    """The account that would rest works for an employer or an agency."""

    slug = "has-roles"
    title = _l(
        "다른 계정에 담당자나 운영자 역할이 있어요. 그 계정에서 눌러 그 계정을 남기거나, 먼저 역할을 내려놓아 주세요"
    )


def ask_owners(session: Session, pair_id: int, by: int, now: datetime) -> None:
    """Ask both owners whether the accounts are theirs; asked again, both answer anew. NotFound unless both are claimed."""
    pair = session.scalar(select(Pair).where(Pair.id == pair_id, Pair.decision.is_(None)).with_for_update())
    if pair is None or len(queries.claimed(session, [pair.low_id, pair.high_id])) != 2:
        raise NotFound
    values = {"asked_at": now, "asked_by": by, "low_yes_at": None, "high_yes_at": None}
    session.execute(update(Pair).where(Pair.id == pair_id).values(values))
    trace.record(session, "pair.asked", "pair", pair_id, now, by=by)
    post(session, [pushes.owner_letter(pair_id, one, now) for one in (pair.low_id, pair.high_id)])


def answer_owner(session: Session, pair_id: int, account_id: int, yes: bool, now: datetime) -> int | None:
    """Keep what one owner says. When both said yes, the account that said it last goes on; return the merge's id then.

    NotFound for somebody else, and for what was not asked or is decided; HasRoles, Engaged.
    """
    pair = session.scalar(select(Pair).where(Pair.id == pair_id).with_for_update())
    if (
        pair is None
        or pair.asked_at is None
        or pair.decision is not None
        or account_id not in (pair.low_id, pair.high_id)
    ):
        raise NotFound
    other = pair.low_id + pair.high_id - account_id
    if not yes:
        decide(session, pair.low_id, pair.high_id, "different", account_id, now)
        trace.record(session, "pair.different", "pair", pair_id, now, by=account_id)
        return None
    mine, theirs = ("low_yes_at", "high_yes_at") if account_id == pair.low_id else ("high_yes_at", "low_yes_at")
    agreed = getattr(pair, theirs) is not None
    session.execute(update(Pair).where(Pair.id == pair_id).values({mine: now}))
    trace.record(session, "pair.agreed", "pair", pair_id, now, by=account_id)
    if not agreed:
        return None
    if _has_roles(session, other):
        raise HasRoles
    return unite(session, account_id, other, account_id, now)


def _has_roles(session: Session, account_id: int) -> bool:
    works = select(Membership.id).where(Membership.account_id == account_id, Membership.ended_at.is_(None)).limit(1)
    admin = select(Account.id).where(Account.id == account_id, Account.is_admin.is_(True))
    return session.scalar(works) is not None or session.scalar(admin) is not None
