"""Reads of employers that may be one: what is to be compared, likely pairs side by side, merges."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from fairapp.accounts.models import Account, Consent, Membership
from fairapp.booths.models import Booth
from fairapp.employers.models import Employer
from fairapp.fairs.models import Fair
from fairapp.partners.models import FirmKey, FirmLook, FirmMerge, FirmPair
from fairapp.partners.rules import Firm

CROWD = 100  # employers with one key: that of an office building or of every 우리, which leads to nobody
RESTING = ("invited", "rejected", "withdrawn")  # a booth at which nothing happens
MOST_TOLD = 100
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class FirmRow:
    """An employer as it is compared, at which revision, and the one that stays where it rests."""

    firm: Firm
    rev: int
    stays: int | None


_FIRM = select(
    Employer.id,
    Employer.name,
    Employer.name_en,
    Employer.registration_number,
    Employer.phone,
    Employer.region,
    Employer.address,
    Employer.rev,
    Employer.merged_into_id,
)


def _firms(session: Session, found: Any) -> list[FirmRow]:
    return [FirmRow(Firm(*row[:7]), row.rev, row.merged_into_id) for row in session.execute(found)]


def firms_to_look_at(session: Session, limit: int) -> list[FirmRow]:
    """Return employers that were not compared yet as they are now, the oldest first."""
    found = _FIRM.outerjoin(FirmLook, FirmLook.employer_id == Employer.id)
    changed = or_(FirmLook.rev.is_(None), FirmLook.rev < Employer.rev)
    return _firms(session, found.where(changed).order_by(Employer.id).limit(limit))


def count_firms(session: Session) -> int:
    """Return how many employers there are."""
    return session.scalar(select(func.count()).select_from(Employer).where(Employer.merged_into_id.is_(None))) or 0


def firms_near(session: Session, employer_ids: Collection[int]) -> list[FirmRow]:
    """Return the other employers that share a key with one of these, but for keys that a crowd has."""
    theirs = select(FirmKey.key).where(FirmKey.employer_id.in_(list(employer_ids)))
    shared = select(FirmKey.key).where(FirmKey.key.in_(theirs)).group_by(FirmKey.key)
    shared = shared.having(func.count() <= CROWD, func.count() > 1)
    near = select(FirmKey.employer_id).where(FirmKey.key.in_(shared)).distinct()
    ids = sorted(set(session.scalars(near)) - set(employer_ids))
    parts = [ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE)]
    return [one for part in parts for one in _firms(session, _FIRM.where(Employer.id.in_(part)))]


def fairs_of_both(session: Session, kept: int, absorbed: int) -> Sequence[str]:
    """Return the names of fairs at which the absorbed employer's booth cannot become the kept one's, for it has one.

    A booth at which nothing happens stays behind.
    """
    there = select(Booth.fair_id).where(Booth.employer_id == kept)
    live = Booth.employer_id == absorbed, Booth.status.not_in(RESTING), Booth.fair_id.in_(there)
    found = select(Fair.name).join(Booth, Booth.fair_id == Fair.id).where(*live)
    return session.scalars(found.order_by(Fair.starts_at.desc()).limit(5)).all()


@dataclass(frozen=True, slots=True)
class FirmSide:
    """One employer of a pair as it is shown."""

    id: int
    name: str
    name_en: str
    registration_number: str | None
    phone: str
    region: str | None
    address: str
    industry: str
    verified_at: datetime | None
    created_at: datetime
    booths: int
    recruiters: int


@dataclass(frozen=True, slots=True)
class FirmPairRow:
    """Two employers that are likely one, and how their fields stand."""

    id: int
    permille: int
    evidence: dict[str, str]
    low: FirmSide
    high: FirmSide


def open_firm_pairs(session: Session, after: int | None = None, limit: int = 20) -> Sequence[FirmPairRow]:
    """Return `limit + 1` undecided pairs, in order of id."""
    found = select(FirmPair).where(FirmPair.decision.is_(None)).order_by(FirmPair.id).limit(limit + 1)
    pairs = session.scalars(found if after is None else found.where(FirmPair.id > after)).all()
    sides = _sides(session, {one for pair in pairs for one in (pair.low_id, pair.high_id)})
    return [
        FirmPairRow(pair.id, pair.permille, pair.evidence, sides[pair.low_id], sides[pair.high_id]) for pair in pairs
    ]


def _sides(session: Session, ids: Collection[int]) -> dict[int, FirmSide]:
    booths = select(func.count()).where(Booth.employer_id == Employer.id).correlate(Employer).scalar_subquery()
    lasting = Membership.employer_id == Employer.id, Membership.ended_at.is_(None)
    recruiters = select(func.count()).select_from(Membership).where(*lasting).correlate(Employer).scalar_subquery()
    columns: list[Any] = [getattr(Employer, name) for name in FirmSide.__slots__[:-2]]
    found = select(*columns, booths, recruiters).where(Employer.id.in_(ids))
    rows: Sequence[Any] = session.execute(found).all()
    return {row.id: FirmSide(*row) for row in rows}


def firm_pair(session: Session, pair_id: int) -> tuple[int, int] | None:
    """Return the two employers of a pair that nobody has decided."""
    found = select(FirmPair.low_id, FirmPair.high_id).where(FirmPair.id == pair_id, FirmPair.decision.is_(None))
    row = session.execute(found).first()
    return (row.low_id, row.high_id) if row else None


@dataclass(frozen=True, slots=True)
class FirmMergeRow:
    """A merge that holds; `by` the name of who decided it."""

    id: int
    kept_id: int
    kept_name: str
    kept_name_en: str
    absorbed_name: str
    absorbed_name_en: str
    by: str
    at: datetime
    can_be_undone: bool


def firm_merges(session: Session, limit: int = 50) -> Sequence[FirmMergeRow]:
    """Return merges that hold, the newest first; one whose kept employer rests itself waits for that one's end."""
    kept, absorbed = aliased(Employer), aliased(Employer)
    names = (kept.id, kept.name, kept.name_en, absorbed.name, absorbed.name_en)
    found = select(FirmMerge.id, *names, Account.name, FirmMerge.at, kept.merged_into_id.is_(None))
    found = found.join(kept, kept.id == FirmMerge.kept_id).join(absorbed, absorbed.id == FirmMerge.absorbed_id)
    found = found.join(Account, Account.id == FirmMerge.by).where(FirmMerge.undone_at.is_(None))
    return [FirmMergeRow(*row) for row in session.execute(found.order_by(FirmMerge.id.desc()).limit(limit))]


def firm_merges_into(session: Session, kept_id: int) -> Sequence[Any]:
    """Return the merges that hold by which others rest in this employer: id, kept_id, absorbed_id, moved."""
    found = select(FirmMerge.id, FirmMerge.kept_id, FirmMerge.absorbed_id, FirmMerge.moved)
    return session.execute(found.where(FirmMerge.kept_id == kept_id, FirmMerge.undone_at.is_(None))).all()


def firm_breaches(session: Session) -> Iterator[str]:
    """Give a sentence for every employer that rests and should not, or of which something did not go with it."""
    stays = aliased(Employer)
    holds = select(FirmMerge.id).where(FirmMerge.absorbed_id == Employer.id, FirmMerge.undone_at.is_(None))
    rests = Employer.merged_into_id.is_not(None)
    for one in session.scalars(select(Employer.id).where(rests != exists(holds)).limit(MOST_TOLD)):
        yield f"employer {one}: whether it rests is not what its merges say"
    chained = select(Employer.id).join(stays, stays.id == Employer.merged_into_id)
    for one in session.scalars(chained.where(stays.merged_into_id.is_not(None)).limit(MOST_TOLD)):
        yield f"employer {one}: rests in one that rests itself"
    roles = select(Employer.id).join(Membership, Membership.employer_id == Employer.id)
    booths = select(Employer.id).join(Booth, Booth.employer_id == Employer.id)
    left = {
        "a role that lasts": roles.where(Membership.ended_at.is_(None)),
        "a booth": booths.where(Booth.status.not_in(RESTING)),
        "a receipt": select(Employer.id).join(Consent, Consent.employer_id == Employer.id),
    }
    for word, found in left.items():
        for one in session.scalars(found.where(rests).distinct().limit(MOST_TOLD)):
            yield f"employer {one}: rests and has {word}"
