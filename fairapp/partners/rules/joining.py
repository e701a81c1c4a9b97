"""What follows from how sure the linking is: whom a record is about, who are one person, who is put before somebody. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fairapp.accounts.rules import ProfileFields
from fairapp.partners.rules.linking import Linked, Pair

SURE = 1000  # thousandths: a record leads to both, each of them automatically


@dataclass(frozen=True, slots=True)
class Decided:
    """What becomes of records that were compared: keys of records by the account they are about, or by being new people."""

    about: Mapping[str, int] = field(default_factory=dict)  # key of a record → a known account
    new: Sequence[tuple[str, ...]] = ()  # keys of records that together are somebody new
    same: Collection[tuple[int, int]] = ()  # known accounts that the records lead together
    likely: Mapping[tuple[str, str], int] = field(default_factory=dict)  # two keys that may be one person → thousandths


def decided(linked: Linked, new: Collection[str], known: Mapping[str, int]) -> Decided:
    """Return what follows for the new records; `known` says which account each known key belongs to.

    A record that leads to several known accounts is about the one that it resembles most; that those are one person is for
    somebody to decide, for it may be the record that is wrong.
    """
    fresh, about, people = set(new), {}, []
    same: set[tuple[int, int]] = set()
    grouped: set[str] = set()
    best = _best(linked.joined, fresh, known)
    for group in linked.groups:
        records = [key for key in group if key in fresh]
        accounts = sorted({known[key] for key in group if key in known})
        grouped |= set(records)
        if not accounts and records:
            people.append(tuple(sorted(records)))
        for key in records if accounts else ():
            about[key] = best.get(key, accounts[0])
        if records:
            same |= {(low, high) for at, low in enumerate(accounts) for high in accounts[at + 1 :]}
    people += [(key,) for key in sorted(fresh - grouped)]
    likely = {
        (pair.one, pair.other): min(round(pair.probability * 1000), SURE - 1)
        for pair in linked.likely
        if fresh & {pair.one, pair.other}
    }
    return Decided(about, people, same, likely)


def _best(joined: Sequence[Pair], fresh: Collection[str], known: Mapping[str, int]) -> dict[str, int]:
    """Return for each record the account of the known key that it resembles most; of equals the older account."""
    best: dict[str, tuple[float, int]] = {}
    for pair in joined:
        for key, other in ((pair.one, pair.other), (pair.other, pair.one)):
            if key in fresh and other in known:
                weight = (pair.probability, -known[other])
                best[key] = max(weight, best.get(key, (0.0, -(10**18))))
    return {key: -weight[1] for key, weight in best.items()}


@dataclass(frozen=True, slots=True)
class Told:
    """One value as somebody told it: by which record (None: by the person herself) and as of which day."""

    value: Any
    record_id: int | None
    on: date


def told_by_field(
    own: Mapping[str, Any], own_on: date | None, records: Sequence[tuple[int, date, Mapping[str, Any]]]
) -> dict[str, list[Told]]:
    """Return for each field what is told about it, what counts first.

    What the person says herself counts before all that partners say of her; of partners the latest day counts, and of one
    day the later record. `records`: (record, day, field → value).
    """
    found: dict[str, list[Told]] = {}
    if own_on is not None:
        for name, value in own.items():
            found.setdefault(name, []).append(Told(value, None, own_on))
    for record_id, on, values in sorted(records, key=lambda one: (one[1], one[0]), reverse=True):
        for name, value in values.items():
            if value not in (None, "", [], {}):
                found.setdefault(name, []).append(Told(value, record_id, on))
    return found


PROFILE = (
    "region", "intro", "experience", "experience_years", "education", "skills", "wish_occupation", "wish_region", "segment",
)  # fmt: skip


def joined_profile(told: Mapping[str, Sequence[Told]]) -> ProfileFields:
    """Return the profile that counts, of what partners tell about somebody who has not taken her account over."""

    def first(name: str) -> Any:
        return told[name][0].value if told.get(name) else None

    born = first("birth_date")
    values = {name: first(name) for name in PROFILE if first(name) is not None}
    if "skills" in values:
        values["skills"] = tuple(values["skills"])
    day = date.fromisoformat(born) if isinstance(born, str) else born
    return ProfileFields(phone=first("phone"), birth_date=day, **values)
