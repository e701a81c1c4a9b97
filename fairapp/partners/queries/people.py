"""Reads of people of whom partners told an agency, of likely pairs, and of merges."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from fairapp.accounts.models import Account, Consent, Profile
from fairapp.partners.models import Correction, DataSource, Merge, Pair, Record, RecordVersion
from fairapp.partners.rules import PROFILE, SURE

CORRECTION_TOLD = (
    "id", "record_id", "field", "contested", "wished", "why", "asked_at", "due_on", "state", "value", "answer", "ended_at",
)  # fmt: skip
PURPOSES = ("joining", "counselling")  # of consents by which an agency sees what partners tell


@dataclass(frozen=True, slots=True)
class PeopleCounts:
    """Of how many people partners told an agency: those who agreed to its seeing it, those who have not (yet)."""

    agreed: int
    waiting: int


def _told_about(agency_id: int) -> Any:
    """Select the accounts of which a partner told the agency."""
    told = select(Record.account_id).join(DataSource, DataSource.id == Record.source_id)
    return told.where(DataSource.receiver_id == agency_id, Record.account_id.is_not(None), Record.gone_at.is_(None))


def _agrees(account_id: Any, agency_id: int, now: datetime) -> Any:
    """Whether the account's person lets the agency see her profile at `now`."""
    return exists().where(
        Consent.seeker_id == account_id,
        Consent.agency_id == agency_id,
        Consent.purpose.in_(PURPOSES),
        Consent.withdrawn_at.is_(None),
        Consent.until > now,
    )


def is_shown(session: Session, agency_id: int, account_id: int, now: datetime) -> bool:
    """Whether the person lets the agency see at `now` what partners tell of her: for that, or for counselling."""
    return bool(session.scalar(select(_agrees(account_id, agency_id, now))))


def people_of(
    session: Session, agency_id: int, now: datetime, after: int | None = None, limit: int = 50
) -> Sequence[int]:
    """Return `limit + 1` accounts of people of whom partners told the agency and who agreed, in order of id."""
    found = select(Account.id).where(
        Account.id.in_(_told_about(agency_id)), Account.disabled_at.is_(None), _agrees(Account.id, agency_id, now)
    )
    if after is not None:
        found = found.where(Account.id > after)
    return session.scalars(found.order_by(Account.id).limit(limit + 1)).all()


def people_counts(session: Session, agency_id: int, now: datetime) -> PeopleCounts:
    """Return how many people partners told the agency about, by whether they agreed."""
    mine = select(Account.id, _agrees(Account.id, agency_id, now).label("agrees")).where(
        Account.id.in_(_told_about(agency_id)), Account.disabled_at.is_(None)
    )
    counted = mine.subquery()
    rows = session.execute(select(counted.c.agrees, func.count()).group_by(counted.c.agrees))
    found = {bool(row[0]): row[1] for row in rows}
    return PeopleCounts(found.get(True, 0), found.get(False, 0))


@dataclass(frozen=True, slots=True)
class PairFacts:
    """Two accounts that are likely one person; `permille` how likely, in thousandths."""

    id: int
    low_id: int
    high_id: int
    permille: int
    found_at: datetime
    decision: str | None
    asked_at: datetime | None  # both owners, whether they are one


_PAIR = select(Pair.id, Pair.low_id, Pair.high_id, Pair.permille, Pair.found_at, Pair.decision, Pair.asked_at)


def open_pairs(
    session: Session, agency_id: int, now: datetime, after: int | None = None, limit: int = 20
) -> Sequence[PairFacts]:
    """Return `limit + 1` undecided pairs of whom the agency may see both, in order of id."""
    found = _PAIR.where(
        Pair.decision.is_(None),
        Pair.low_id.in_(_told_about(agency_id)) | Pair.high_id.in_(_told_about(agency_id)),
        _agrees(Pair.low_id, agency_id, now),
        _agrees(Pair.high_id, agency_id, now),
    )
    if after is not None:
        found = found.where(Pair.id > after)
    return [PairFacts(*row) for row in session.execute(found.order_by(Pair.id).limit(limit + 1))]


def get_pair(session: Session, pair_id: int, agency_ids: Collection[int], now: datetime) -> PairFacts | None:
    """Return an undecided pair of which one of these agencies may see both people."""
    allowed = or_(
        *(
            and_(_agrees(Pair.low_id, one, now), _agrees(Pair.high_id, one, now))
            & (Pair.low_id.in_(_told_about(one)) | Pair.high_id.in_(_told_about(one)))
            for one in agency_ids
        )
    )
    row = session.execute(_PAIR.where(Pair.id == pair_id, Pair.decision.is_(None), allowed)).first()
    return PairFacts(*row) if row else None


def asked_of(session: Session, pair_id: int, account_id: int) -> bool | None:
    """Return whether this owner has said yes to the pair already; None where she is not asked, or it is decided."""
    found = select(Pair.low_id, Pair.low_yes_at, Pair.high_yes_at).where(Pair.id == pair_id, Pair.decision.is_(None))
    mine = found.where(Pair.asked_at.is_not(None), or_(Pair.low_id == account_id, Pair.high_id == account_id))
    row = session.execute(mine).first()
    if row is None:
        return None
    return (row.low_yes_at if row.low_id == account_id else row.high_yes_at) is not None


@dataclass(frozen=True, slots=True)
class MergeFacts:
    """A merge that holds."""

    id: int
    kept_id: int
    absorbed_id: int
    at: datetime
    by: int | None
    absorbed_name: str


def merges_of(session: Session, account_id: int, limit: int = 50) -> Sequence[MergeFacts]:
    """Return which accounts rest in this one, the newest first."""
    other = aliased(Account)
    found = (
        select(Merge.id, Merge.kept_id, Merge.absorbed_id, Merge.at, Merge.by, other.name)
        .join(other, other.id == Merge.absorbed_id)
        .where(Merge.kept_id == account_id, Merge.undone_at.is_(None))
    )
    return [MergeFacts(*row) for row in session.execute(found.order_by(Merge.id.desc()).limit(limit))]


def get_merge(session: Session, merge_id: int) -> MergeFacts | None:
    """Return a merge that holds."""
    found = select(Merge.id, Merge.kept_id, Merge.absorbed_id, Merge.at, Merge.by, Account.name)
    found = found.join(Account, Account.id == Merge.absorbed_id)
    row = session.execute(found.where(Merge.id == merge_id, Merge.undone_at.is_(None))).first()
    return MergeFacts(*row) if row else None


def own_words(session: Session, account_ids: Collection[int]) -> dict[int, tuple[dict[str, Any], datetime | None]]:
    """Return what people who claimed their accounts tell of themselves, field by field, and when they last said it."""
    columns = ("phone", "birth_date", *PROFILE)
    found = select(Account.id, Account.name, Account.email, Profile).outerjoin(
        Profile, Profile.account_id == Account.id
    )
    told: dict[int, tuple[dict[str, Any], datetime | None]] = {}
    for row in session.execute(found.where(Account.id.in_(set(account_ids)))):
        profile = {name: getattr(row.Profile, name) for name in columns} if row.Profile else {}
        values = {"name": row.name, "email": row.email, **profile}
        known = {name: value for name, value in values.items() if value not in (None, "", 0, [])}
        told[row.id] = (known, row.Profile.updated_at if row.Profile else None)
    return told


def sure_pairs(session: Session, limit: int = 100) -> Sequence[PairFacts]:
    """Return undecided pairs that the linking led together itself, and of which nobody has claimed either account."""
    low, high = aliased(Account), aliased(Account)
    unclaimed = [
        one.password_hash.is_(None) & one.confirmed_at.is_(None) & one.disabled_at.is_(None) for one in (low, high)
    ]
    found = _PAIR.join(low, low.id == Pair.low_id).join(high, high.id == Pair.high_id)
    sure = found.where(Pair.decision.is_(None), Pair.permille >= SURE, *unclaimed)
    return [PairFacts(*row) for row in session.execute(sure.order_by(Pair.id).limit(limit))]


def told_of(session: Session, account_id: int) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return what partners told about a person, now and before, and which accounts were merged, for her own export."""
    record = (Record.id, DataSource.giver_id, DataSource.receiver_id, Record.name, Record.email, Record.phone)
    more = (Record.birth_date, Record.values, Record.said_on, Record.consented_on, Record.changed_at, Record.gone_at)
    mine = Record.account_id == account_id
    version = (RecordVersion.record_id, RecordVersion.said_on, RecordVersion.until, RecordVersion.values)
    both = or_(Merge.kept_id == account_id, Merge.absorbed_id == account_id)
    found: dict[str, Any] = {
        "partner_records": select(*record, *more)
        .join(DataSource, DataSource.id == Record.source_id)
        .where(mine)
        .order_by(Record.id),
        "partner_record_versions": select(*version)
        .join(Record, Record.id == RecordVersion.record_id)
        .where(mine)
        .order_by(RecordVersion.id),
        "corrections": select(*(getattr(Correction, name) for name in CORRECTION_TOLD))
        .where(Correction.account_id == account_id)
        .order_by(Correction.id),
        "merges": select(Merge.kept_id, Merge.absorbed_id, Merge.at, Merge.undone_at).where(both).order_by(Merge.id),
    }
    return {name: [dict(row) for row in session.execute(one).mappings()] for name, one in found.items()}
