"""Two employers that are one become one, and can become two again. Each keeps its history; what moved is written down.

What names the one goes to the other: booths (with their listings, bookings and outcomes), roles, receipts, duties about
documents, and employers that rest in it. Who sees by which receipt stays as it was (accounts.actions.bars).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.accounts import actions as accounts
from fairapp.accounts.models import Consent, Membership
from fairapp.booths.models import Booth
from fairapp.employers import actions as employers
from fairapp.employers.models import Employer
from fairapp.errors import NotFound
from fairapp.outcomes.models import PaperDuty
from fairapp.partners import queries
from fairapp.partners.actions.firm_pairs import decide, look_again, reopen
from fairapp.partners.models import FirmMerge
from fairapp.partners.rules import AtOneFair, NumbersDiffer, RestsItself, which_stays

LATECOMERS = timedelta(hours=1)  # what was being written during a merge has long been written then
# Tables whose rows simply move; roles have rules of their own, and of booths there is one a fair.
MOVED: dict[str, Any] = {"consent": Consent, "paper_duty": PaperDuty}
IDS = ("booth", "membership", "double", "employer", *MOVED)

Moved = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Two:
    """The one that stays and the one that rests, and the merge that says so."""

    merge_id: int
    kept: int
    absorbed: int


def merge_firms(session: Session, one: int, other: int, by: int, now: datetime) -> int:
    """Make one employer of two and return the merge's id.

    NotFound where one rests already or is no employer; NumbersDiffer; AtOneFair with the fairs.
    """
    facts = _locked(session, [one, other])
    if one == other or len(facts) != 2 or any(row.merged_into_id is not None for row in facts.values()):
        raise NotFound
    numbers = {row.registration_number for row in facts.values()} - {None}
    if len(numbers) == 2:
        raise NumbersDiffer
    kept, absorbed = _direction(session, facts[one], facts[other])
    values = {"kept_id": kept, "absorbed_id": absorbed, "at": now, "by": by, "moved": {}}
    two = _Two(session.scalars(insert(FirmMerge).values(values).returning(FirmMerge.id)).one(), kept, absorbed)
    moved = _take_over(session, two, {}, now)
    moved |= {"employer": _move(session, Employer.id, Employer.merged_into_id, absorbed, kept, None)}
    moved |= _take_number(session, facts[kept], facts[absorbed])
    rests = update(Employer).where(Employer.id == absorbed).values(merged_into_id=kept, rev=Employer.rev + 1)
    session.execute(rests, execution_options={"synchronize_session": False})
    moved["pairs"] = decide(session, kept, absorbed, "same", by, now)
    _keep(session, two.merge_id, moved)
    _tell(session, [kept, absorbed], now)
    trace.record(session, "employer.merged", "employer", kept, now, by=by, data={"absorbed": absorbed})
    return two.merge_id


def undo_firm_merge(session: Session, merge_id: int, by: int, now: datetime) -> None:
    """Make two employers of one again: exactly what had moved goes back. NotFound once it is undone; RestsItself."""
    row = session.scalar(select(FirmMerge).where(FirmMerge.id == merge_id, FirmMerge.undone_at.is_(None)))
    if row is None:
        raise NotFound
    two = _Two(merge_id, row.kept_id, row.absorbed_id)
    facts = _locked(session, [two.kept, two.absorbed])
    held = select(FirmMerge.moved).where(FirmMerge.id == merge_id, FirmMerge.undone_at.is_(None))
    before = session.scalar(held.with_for_update())  # again: somebody may have been faster
    if before is None:
        raise NotFound
    if facts[two.kept].merged_into_id is not None:
        raise RestsItself
    moved = _take_over(session, two, dict(before), now)
    returning = _give_back(session, two, moved)
    accounts.unbar(session, merge_id)
    values = {"undone_at": now, "undone_by": by, "moved": moved}
    session.execute(update(FirmMerge).where(FirmMerge.id == merge_id).values(values))
    decide(session, two.kept, two.absorbed, "different", by, now)
    reopen(session, moved.get("pairs", []))
    for other in queries.firm_merges_into(session, two.kept):
        _settle(session, other, now, returning)
    _tell(session, [two.kept, two.absorbed], now)
    trace.record(session, "employer.parted", "employer", two.kept, now, by=by, data={"parted": two.absorbed})


def settle_firms(session: Session, now: datetime) -> int:
    """Let what was being written while two employers became one go to the one that stays; return how many rows."""
    late = select(FirmMerge.id, FirmMerge.kept_id, FirmMerge.absorbed_id, FirmMerge.moved)
    late = late.where(FirmMerge.undone_at.is_(None), FirmMerge.at > now - LATECOMERS).order_by(FirmMerge.id)
    return sum(_settle(session, row, now, ()) for row in session.execute(late).all())


def _settle(session: Session, row: Any, now: datetime, returning: Collection[int]) -> int:
    two = _Two(row.id, row.kept_id, row.absorbed_id)
    _locked(session, [two.kept, two.absorbed])
    moved = _take_over(session, two, dict(row.moved), now, returning)
    more = sum(len(moved.get(name, [])) - len(row.moved.get(name, [])) for name in IDS)
    if moved != row.moved:
        _keep(session, two.merge_id, moved)
    return more


def _locked(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    """Lock these employers; whoever merges them, parts them or gives one a booth meanwhile waits."""
    columns = (Employer.id, Employer.registration_number, Employer.verified_at, Employer.verified_by)
    found = select(*columns, Employer.merged_into_id).where(Employer.id.in_(ids)).order_by(Employer.id)
    return {row.id: row for row in session.execute(found.with_for_update())}


def _direction(session: Session, one: Any, other: Any) -> tuple[int, int]:
    """Return which stays and which rests: as rules.which_stays says, or the other way where only so no booth is in the way."""
    said = [(row.verified_at is not None, row.registration_number is not None, row.id) for row in (one, other)]
    first = (one.id, other.id) if which_stays(said[0], said[1]) else (other.id, one.id)
    for kept, absorbed in (first, first[::-1]):
        if not queries.fairs_of_both(session, kept, absorbed):
            return kept, absorbed
    names = ", ".join(queries.fairs_of_both(session, *first))
    raise AtOneFair(_l("두 기업이 같은 박람회에 부스를 두고 있어 합칠 수 없어요: %(fairs)s", fairs=names))


def _take_over(session: Session, two: _Two, moved: Moved, now: datetime, returning: Collection[int] = ()) -> Moved:
    """Let all that the resting employer holds go to the one that stays; return what has moved so far."""
    roles = _lasting(session, two.absorbed), _lasting(session, two.kept)
    came = set(moved.get("membership", []))
    theirs, ours = (set(one.values()) for one in roles)
    natives = {account for role, account in roles[1].items() if role not in came} - _accounts(session, moved)
    accounts.bar(session, two.merge_id, theirs - ours, two.kept, now, moved.get("consent", ()))
    accounts.bar(session, two.merge_id, natives - theirs, two.absorbed, now)
    accounts.bar_again(session, two.merge_id, theirs & ours, two.kept)
    found = {name: _move(session, m.id, m.employer_id, two.absorbed, two.kept, None) for name, m in MOVED.items()}
    there = select(Booth.fair_id).where(Booth.employer_id == two.kept)
    free = select(Booth.id).where(Booth.employer_id == two.absorbed, Booth.fair_id.not_in(there))
    booths = session.scalars(free.order_by(Booth.id)).all()
    found["booth"] = _move(session, Booth.id, Booth.employer_id, two.absorbed, two.kept, booths)
    doubles = [role for role, account in roles[0].items() if account in ours]
    back = _doubles_of(session, moved, returning) - ours
    all_doubles = {*moved.get("double", []), *doubles}
    reopened = _reopen(session, all_doubles, back)
    _end(session, doubles, now)
    found["membership"] = _move_roles(session, two, set(roles[0]) - set(doubles), reopened)
    found["double"] = doubles
    whole = {name: sorted({*moved.get(name, []), *found.get(name, [])}) for name in IDS}
    whole["double"] = sorted(set(whole["double"]) - reopened)
    return {**moved, **whole}


def _lasting(session: Session, employer_id: int) -> dict[int, int]:
    """Return the roles at an employer that last, with whose they are."""
    found = select(Membership.id, Membership.account_id)
    found = found.where(Membership.employer_id == employer_id, Membership.ended_at.is_(None)).order_by(Membership.id)
    return {row[0]: row[1] for row in session.execute(found)}


def _accounts(session: Session, moved: Moved) -> set[int]:
    """Return who came with a role of the resting employer."""
    roles = [*moved.get("membership", []), *moved.get("double", [])]
    return set(session.scalars(select(Membership.account_id).where(Membership.id.in_(roles)))) if roles else set()


def _doubles_of(session: Session, moved: Moved, account_ids: Collection[int]) -> set[int]:
    """Return which of these people have a role that this merge had ended as a double."""
    if not account_ids or not moved.get("double"):
        return set()
    theirs = Membership.id.in_(moved["double"]), Membership.account_id.in_(set(account_ids))
    return set(session.scalars(select(Membership.account_id).where(*theirs)))


def _reopen(session: Session, role_ids: Collection[int], account_ids: Collection[int]) -> set[int]:
    """Let those of the roles that are of these people last again; return which."""
    if not role_ids or not account_ids:
        return set()
    theirs = select(Membership.id).where(Membership.id.in_(role_ids), Membership.account_id.in_(account_ids))
    found = set(session.scalars(theirs))
    session.execute(update(Membership).where(Membership.id.in_(found)).values(ended_at=None))
    return found


def _end(session: Session, role_ids: Collection[int], now: datetime) -> None:
    if role_ids:
        session.execute(update(Membership).where(Membership.id.in_(role_ids)).values(ended_at=now))


def _move_roles(session: Session, two: _Two, lasting: Collection[int], reopened: Collection[int]) -> list[int]:
    wanted = {*lasting, *reopened}
    return _move(session, Membership.id, Membership.employer_id, two.absorbed, two.kept, wanted)


def _give_back(session: Session, two: _Two, moved: Moved) -> set[int]:
    """Let what moved go back; return whose roles went with it."""
    ours = set(_lasting(session, two.kept).values())
    for name, model in {**MOVED, "booth": Booth}.items():
        _move(session, model.id, model.employer_id, two.kept, two.absorbed, moved.get(name, []))
    _move(session, Employer.id, Employer.merged_into_id, two.kept, two.absorbed, moved.get("employer", []))
    roles = moved.get("membership", [])
    _move(session, Membership.id, Membership.employer_id, two.kept, two.absorbed, roles)
    # Who had a role at both and was taken off the list meanwhile stays off it.
    _reopen(session, moved.get("double", []), ours)
    back: dict[str, Any] = {"merged_into_id": None}
    if "number" in moved:
        _set(session, two.kept, Employer.registration_number == moved["number"], registration_number=None)
        taken = session.scalar(select(Employer.id).where(Employer.registration_number == moved["number"]))
        back |= {"registration_number": None if taken else moved["number"]}
    if "verified_by" in moved:
        _set(session, two.kept, Employer.verified_by == moved["verified_by"], verified_at=None, verified_by=None)
    _set(session, two.absorbed, Employer.id == two.absorbed, **back)
    _set(session, two.kept, Employer.id == two.kept)
    theirs = select(Membership.account_id).where(Membership.id.in_(roles), Membership.ended_at.is_(None))
    return set(session.scalars(theirs)) if roles else set()


def _take_number(session: Session, kept: Any, absorbed: Any) -> Moved:
    """Let the one that stays have the other's registration number and verification, where it has none itself."""
    moved: Moved = {}
    values: dict[str, Any] = {}
    if kept.registration_number is None and absorbed.registration_number is not None:
        _set(session, absorbed.id, Employer.id == absorbed.id, registration_number=None)
        values["registration_number"] = moved["number"] = absorbed.registration_number
    if kept.verified_at is None and absorbed.verified_at is not None:
        values |= {"verified_at": absorbed.verified_at, "verified_by": absorbed.verified_by}
        moved["verified_by"] = absorbed.verified_by
    _set(session, kept.id, Employer.id == kept.id, **values)
    return moved


def _set(session: Session, employer_id: int, where: Any, **values: Any) -> None:
    changed = update(Employer).where(Employer.id == employer_id, where).values(**values, rev=Employer.rev + 1)
    session.execute(changed, execution_options={"synchronize_session": False})


def _move(session: Session, key: Any, column: Any, source: int, target: int, ids: Collection[int] | None) -> list[int]:
    """Have rows of one employer be the other's, all or those of the ids, and return which."""
    theirs = [column == source] if ids is None else [column == source, key.in_(list(ids))]
    found = list(session.scalars(select(key).where(*theirs).order_by(key)).all())
    if found:
        moved = update(key.class_).where(key.in_(found)).values({column.key: target})
        session.execute(moved, execution_options={"synchronize_session": False})
    return found


def _keep(session: Session, merge_id: int, moved: Moved) -> None:
    session.execute(update(FirmMerge).where(FirmMerge.id == merge_id).values(moved=moved))


def _tell(session: Session, ids: Sequence[int], now: datetime) -> None:
    """Tell what follows: booths appear or disappear, listings are found by another name, and both are compared again."""
    session.flush()
    session.expire_all()
    look_again(session, ids)
    for told in employers.after_verify:
        told(session, ids, now)
    for employer_id in ids:
        for told_one in employers.after_edit:
            told_one(session, employer_id, now)
