"""Reads for finding whom a record is about: what is not joined yet, and who is known that could be the same person."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account, Consent, Profile
from fairapp.partners.models import DataSource, Merge, Record
from fairapp.partners.rules import Person

AT_ONCE = 500  # values of one list in a statement


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """A record as plain values, with its source's two agencies."""

    id: int
    source_id: int
    own_id: str
    account_id: int | None
    name: str
    email: str | None
    phone: str | None
    birth_date: date | None
    values: dict[str, Any]
    said_on: date
    consented_on: date | None
    rev: int
    gone_at: datetime | None
    giver_id: int
    receiver_id: int
    kind: str

    @property
    def person(self) -> Person:
        """The record as the linking takes it. A number that the partner did not give is none."""
        own = None if self.own_id.startswith("#") else self.own_id
        told = (own, self.name or None, self.birth_date, self.phone, self.email, self.values.get("region"))
        return Person(f"r{self.id}", str(self.source_id), *told)


_RECORD: Any = select(
    *(getattr(Record, name) for name in RecordFacts.__slots__[:13]),
    DataSource.giver_id,
    DataSource.receiver_id,
    DataSource.kind,
).join(DataSource, DataSource.id == Record.source_id)


def _records(session: Session, *where: ColumnElement[bool], limit: int) -> list[RecordFacts]:
    found = _RECORD.where(*where).order_by(Record.id).limit(limit)
    return [RecordFacts(*row) for row in session.execute(found)]


def unjoined(session: Session, limit: int) -> list[RecordFacts]:
    """Return records of which nobody knows yet whom they are about, the oldest first."""
    return _records(session, Record.account_id.is_(None), Record.gone_at.is_(None), limit=limit)


def records_of(session: Session, account_ids: Collection[int], limit: int = 1000) -> list[RecordFacts]:
    """Return what partners tell about these accounts now, in the order of records."""
    return _records(session, Record.account_id.in_(set(account_ids)), Record.gone_at.is_(None), limit=limit)


def _lists(values: Iterable[Any]) -> Iterable[list[Any]]:
    found = sorted({one for one in values if one})
    return (found[at : at + AT_ONCE] for at in range(0, len(found), AT_ONCE))


def known_near(
    session: Session, new: Sequence[RecordFacts], name_keys: Collection[str]
) -> dict[str, tuple[Person, int]]:
    """Return who is known that shares an address, a phone number, a day of birth or a name with one of these records.

    By the key under which the linking knows them: the person, and the account. Records of an account and the account
    itself are told apart, for they may tell different things.
    """
    found: dict[str, tuple[Person, int]] = {}
    wanted: list[tuple[Any, Any, Iterable[Any]]] = [
        (Record.email, Account.email, [one.email for one in new]),
        (Record.phone, Profile.phone, [one.phone for one in new]),
        (Record.birth_date, Profile.birth_date, [one.birth_date for one in new]),
        (Record.name_key, None, name_keys),
    ]
    for of_record, of_account, values in wanted:
        for some in _lists(values):
            theirs = _RECORD.where(of_record.in_(some), Record.account_id.is_not(None))
            for row in session.execute(theirs):
                record = RecordFacts(*row)
                found[record.person.key] = (record.person, row.account_id)
            if of_account is not None:
                found |= _accounts(session, of_account.in_(some))
    return found


def _accounts(session: Session, where: ColumnElement[bool]) -> dict[str, tuple[Person, int]]:
    """Return accounts with what their owners tell; those that were absorbed or erased are nobody."""
    absorbed = select(Merge.absorbed_id).where(Merge.undone_at.is_(None))
    found = (
        select(Account.id, Account.name, Account.email, Profile.birth_date, Profile.phone, Profile.region)
        .outerjoin(Profile, Profile.account_id == Account.id)
        .where(where, Account.erased_at.is_(None), Account.id.not_in(absorbed))
    )
    return {
        f"a{row.id}": (
            Person(f"a{row.id}", "account", None, row.name, row.birth_date, row.phone, row.email, row.region),
            row.id,
        )
        for row in session.execute(found)
    }


def known_addresses(session: Session, emails: Collection[str]) -> set[str]:
    """Return those of the addresses under which somebody with a name is known."""
    found: set[str] = set()
    for some in _lists(emails):
        found |= set(session.scalars(select(Account.email).where(Account.email.in_(some), Account.erased_at.is_(None))))
        named = Record.email.in_(some), Record.name != "", Record.gone_at.is_(None)
        found |= set(session.scalars(select(Record.email).where(*named)))
    return found


def claimed(session: Session, account_ids: Collection[int]) -> set[int]:
    """Return those accounts whose owner has taken them over: with a password, or an address confirmed by her."""
    theirs = or_(Account.password_hash.is_not(None), Account.confirmed_at.is_not(None))
    return set(session.scalars(select(Account.id).where(Account.id.in_(set(account_ids)), theirs)))


def withdrawn_since(session: Session, seeker_ids: Collection[int], agency_id: int) -> Mapping[int, datetime]:
    """Return when these people last took back what let the agency see partners' data of them."""
    found = select(Consent.seeker_id, Consent.withdrawn_at).where(
        Consent.seeker_id.in_(set(seeker_ids)),
        Consent.agency_id == agency_id,
        Consent.purpose == "joining",
        Consent.way == "partner",
        Consent.withdrawn_at.is_not(None),
    )
    latest: dict[int, datetime] = {}
    for row in session.execute(found):
        latest[row.seeker_id] = max(row.withdrawn_at, latest.get(row.seeker_id, row.withdrawn_at))
    return latest


def name_keys_of(session: Session, record_ids: Collection[int]) -> set[str]:
    """Return the names of these records as doubles are found by."""
    keys: set[str] = set()
    for some in _lists(record_ids):
        keys |= set(session.scalars(select(Record.name_key).where(Record.id.in_(some))))
    return keys - {""}


def records_by_id(session: Session, record_ids: Collection[int]) -> list[RecordFacts]:
    """Return these records, those that have left too."""
    found: list[RecordFacts] = []
    for some in _lists(record_ids):
        found += _records(session, Record.id.in_(some), limit=AT_ONCE)
    return found
