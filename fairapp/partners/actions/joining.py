"""Joining: finding whom each record is about. Comparing runs outside of any transaction, writing in small ones.

A record is about a known account, or about somebody new, who then gets an account that nobody has claimed. What is not sure
enough is put before a person. Nothing of it is shown to anybody without a consent: see state_consents.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp import clock
from fairapp.accounts import actions as accounts
from fairapp.accounts import queries as people
from fairapp.agencies import queries as agencies
from fairapp.agencies.rules import ZONE
from fairapp.partners import queries
from fairapp.partners.actions.sources import day_of
from fairapp.partners.models import Merge, Pair, Record
from fairapp.partners.queries import RecordFacts
from fairapp.partners.rules import SHOWN_FOR, SURE, Decided, Linked, decided, joined_profile, link_new, told_by_field

BATCH = 2_000  # records compared at once with those who are known near them
CHUNK = 50  # people a transaction

# Told (account ids, agency) of people about whom that agency received something, who have not agreed to its seeing it.
without_consent: list[Callable[[Session, Collection[int], int, datetime], None]] = []
# Told the records that were joined, or changed since: later domains keep what follows, such as the course somebody is in.
after_join: list[Callable[[Session, Sequence[RecordFacts], datetime], None]] = []

Write = Callable[..., Any]
Read = Callable[[], AbstractContextManager[Session]]


def join(write: Write, read: Read, now: datetime) -> int:
    """Find out whom the oldest unjoined records are about, write it down, and return how many records that were.

    `write` and `read` are those of the database. Raises LinkageStopped where they could not be compared; killed in between,
    the rest is compared again.
    """
    with read() as session:
        new = queries.unjoined(session, BATCH)
        if not new:
            return 0
        near = queries.known_near(session, new, queries.name_keys_of(session, [one.id for one in new]))
    known = {key: account_id for key, (_, account_id) in near.items()}
    named = [one for one in new if one.name]
    linked = (
        link_new([one.person for one in named], [person for person, _ in near.values()])
        if named
        else Linked((), (), ())
    )
    found = decided(linked, [one.person.key for one in named], known)
    by_key = {one.person.key: one for one in new}
    by_address = {person.email: account_id for key, (person, account_id) in near.items() if key.startswith("a")}
    found_people: list[tuple[int | None, tuple[str, ...]]] = [
        # An address without a name leads to whose account it is, or to nobody.
        *((by_address.get(one.email), (one.person.key,)) for one in new if not one.name),
        *((account_id, (key,)) for key, account_id in sorted(found.about.items())),
        *((None, keys) for keys in found.new),
    ]
    owners = dict(known)
    for at in range(0, len(found_people), CHUNK):
        some = [(account_id, [by_key[key] for key in keys]) for account_id, keys in found_people[at : at + CHUNK]]
        owners |= write(_attach, some, now)
    write(_keep_pairs, found, owners, now)
    return len(new)


def _attach(
    session: Session, some: Sequence[tuple[int | None, Sequence[RecordFacts]]], now: datetime
) -> dict[str, int]:
    """Write down whom these records are about; return the account by the key of each.

    Only of records that are still as they were compared: a list may have changed one meanwhile, which is then compared anew.
    """
    ids = [one.id for _, records in some for one in records]
    still = select(Record.id, Record.rev).where(Record.id.in_(ids), Record.account_id.is_(None)).order_by(Record.id)
    fresh = {(row.id, row.rev) for row in session.execute(still.with_for_update())}
    owners: dict[str, int] = {}
    joined: list[RecordFacts] = []
    for account_id, compared in some:
        records = [one for one in compared if (one.id, one.rev) in fresh]
        named = next((one for one in records if one.name), None)
        if not records or (account_id is None and named is None):
            # An address of nobody who is known (any more): the next list may bring it again.
            session.execute(update(Record).where(Record.id.in_([one.id for one in records])).values(gone_at=now))
            continue
        owner = account_id or accounts.make_listed(session, named.name if named else "", _address(records), now)
        about = {"account_id": owner, "joined_by": "linked" if account_id else "new"}
        session.execute(update(Record).where(Record.id.in_([one.id for one in records])).values(about))
        owners |= {one.person.key: owner for one in records}
        joined += [replace(one, account_id=owner) for one in records]
    follow(session, joined, now)
    return owners


def _address(records: Sequence[RecordFacts]) -> str | None:
    return next((one.email for one in records if one.email), None)


def follow(session: Session, records: Sequence[RecordFacts], now: datetime) -> None:
    """Do what follows from records of known people: the profile of unclaimed accounts, receipts of consents, later domains."""
    about = {one.account_id for one in records if one.account_id is not None}
    if not about:
        return
    mine = queries.claimed(session, about)
    refresh_profiles(session, about - mine, now)
    state_consents(session, records, now)
    for told in after_join:
        told(session, records, now)


def refresh_profiles(session: Session, account_ids: Collection[int], now: datetime) -> None:
    """Let the profile of accounts that nobody has claimed tell what counts of all that partners tell about them."""
    by_account: dict[int, list[RecordFacts]] = {}
    for one in queries.records_of(session, account_ids) if account_ids else ():
        by_account.setdefault(one.account_id or 0, []).append(one)
    for account_id, records in by_account.items():
        told = told_by_field({}, None, [(one.id, one.said_on, values_of(one)) for one in records])
        accounts.save_profile(session, account_id, joined_profile(told), now)


def values_of(record: RecordFacts) -> dict[str, Any]:
    """Return all that a record tells, by field."""
    return {
        "name": record.name,
        "email": record.email,
        "phone": record.phone,
        "birth_date": record.birth_date,
        **record.values,
    }


def state_consents(session: Session, records: Sequence[RecordFacts], now: datetime) -> None:
    """Write the receipts of what partners say that the people of these records agreed to, and tell who has to be asked.

    A receipt lasts as long as the agreement between the agencies, two years at most. What the person took back since the
    stated day stays taken back, and a yes without a day never counts against it; what no partner says any more is taken back.
    """
    every = queries.records_of(session, {one.account_id for one in records if one.account_id is not None})
    for receiver_id in sorted({one.receiver_id for one in records}):
        theirs = [one for one in every if one.receiver_id == receiver_id]
        ids = {one.account_id or 0 for one in theirs}
        withdrawn = queries.withdrawn_since(session, ids, receiver_id)
        agreed: set[int] = set()
        lasts = {key: agencies.in_force(session, *key, day_of(now)) for key in {_agreement(one) for one in theirs}}
        for one in theirs:
            until = _shown_until(one, lasts[_agreement(one)])
            taken_back = withdrawn.get(one.account_id or 0)
            if one.account_id is None or one.consented_on is None or until is None or until <= now:
                continue
            dated = one.values.get("consent_dated")
            if taken_back is not None and (not dated or clock.local(taken_back, ZONE).date() >= one.consented_on):
                continue
            how: dict[str, Any] = {"way": "partner", "stated_on": one.consented_on}
            accounts.give_consent(session, one.account_id, None, receiver_id, "joining", until, now, **how)
            agreed.add(one.account_id)
        _ask_others(session, ids - agreed, receiver_id, now)


def _ask_others(session: Session, account_ids: Collection[int], receiver_id: int, now: datetime) -> None:
    if not account_ids:
        return
    accounts.withdraw_stated(session, account_ids, receiver_id, "joining", now)
    allowed = people.seekers_who_allow(session, account_ids, (), [receiver_id], "profile", now)
    for told in without_consent:
        told(session, set(account_ids) - set(allowed), receiver_id, now)


def _agreement(record: RecordFacts) -> tuple[int, int, str]:
    """Return what an agreement must be about for the record to be handed over."""
    return record.giver_id, record.receiver_id, record.kind


def _shown_until(record: RecordFacts, last: date | None) -> datetime | None:
    """Return until when the receiver may see a record by the partner's word; `last` is the agreement's last day."""
    if last is None or record.consented_on is None:
        return None
    day = min(last, record.consented_on + SHOWN_FOR)
    return clock.from_local(datetime.combine(day + timedelta(days=1), time.min), ZONE)


def _keep_pairs(session: Session, found: Decided, owners: Mapping[str, int], now: datetime) -> None:
    """Write down which accounts are likely one person, those that a record led together first."""
    likely: dict[tuple[int, int], int] = dict.fromkeys(found.same, SURE)
    for (one, other), permille in found.likely.items():
        if one in owners and other in owners and owners[one] != owners[other]:
            pair = (min(owners[one], owners[other]), max(owners[one], owners[other]))
            likely[pair] = max(permille, likely.get(pair, 0))
    absorbed = set(session.scalars(select(Merge.absorbed_id).where(Merge.undone_at.is_(None)))) if likely else set()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    rows = [
        {"low_id": low, "high_id": high, "permille": permille, "found_at": now}
        for (low, high), permille in sorted(likely.items())
        if low not in absorbed and high not in absorbed
    ]
    if rows:
        session.execute(dialect.insert(Pair).on_conflict_do_nothing(), rows)
