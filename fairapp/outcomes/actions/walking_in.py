"""Somebody comes without having registered: an account without an address, a pass, and the arrival, in one go."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.accounts.actions import register_at_desk, save_profile
from fairapp.accounts.rules import ProfileFields
from fairapp.errors import Invalid
from fairapp.fairs.queries import fair_by_id
from fairapp.outcomes import queries, rules
from fairapp.outcomes.actions.attending import arrive, check_hours, ensure_pass


def walk_in(
    session: Session, fair_id: int, name: str, language: str, fields: ProfileFields, by: int, now: datetime
) -> tuple[int, str]:
    """Register who has come, give a pass and record the arrival; return the account and the pass' code.

    Invalid for a name or profile that cannot be, and for somebody of this name and telephone or birthday who has a pass
    already; NotYet or WrongState outside of the desk's hours.
    """
    check_hours(fair_by_id(session, fair_id), now)
    account_id = register_at_desk(session, name, language, now)
    kept = save_profile(session, account_id, fields, now)
    same = [
        one
        for one in queries.known_by_name(session, fair_id, name)
        if (kept.phone and one.phone_end == kept.phone[-4:])
        or (kept.birth_date and one.birthday == f"{kept.birth_date:%m%d}")
    ]
    if same:
        raise Invalid.one("name", _l("이미 등록한 분이에요. 이름으로 찾아 입장을 확인해 주세요"))
    code = ensure_pass(session, fair_id, account_id, now)
    arrive(session, fair_id, account_id, by, now, now)
    trace.record(session, "person.registered", "account", account_id, now, by=by, fair_id=fair_id, person_id=account_id)
    return account_id, code


def arrive_by_name(
    session: Session, fair_id: int, name: str, proof: str, by: int | None, now: datetime
) -> tuple[bool, queries.Arrival]:
    """Record the arrival of who says her name and, as proof, the last four digits of her telephone or her birthday (0505).

    NoSuchPerson where nobody, or more than one, is meant: the desk helps then. NotYet or WrongState outside of the hours.
    """
    check_hours(fair_by_id(session, fair_id), now)
    meant = [
        one for one in queries.known_by_name(session, fair_id, name) if proof and proof in (one.phone_end, one.birthday)
    ]
    if len(meant) != 1:
        raise rules.NoSuchPerson
    ensure_pass(session, fair_id, meant[0].account_id, now)
    return arrive(session, fair_id, meant[0].account_id, by, now, now)
