"""When two rows are one person: what agrees, which pairs may never be joined unseen, and groups that no chain can force."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from fairapp.partners.rules.likeness import NameForms, near_birth

AUTOMATIC, LIKELY = 0.9, 0.2  # probabilities: joined from here on, put before a person from here on
RARE = 20  # a spelling that is so many times rarer than the one it resembles is a slip, not another name
LARGEST = 40  # rows in one group
SAME_NAME = frozenset({"same", "sound", "latin", "slip"})  # what a pair needs of its names to be joined unseen


@dataclass(frozen=True, slots=True)
class Person:
    """A row about somebody, as an agency sent it; None where it says nothing."""

    key: str  # of the row, unique
    source: str  # the agency
    own_id: str | None = None  # the agency's own number for the person
    name: str | None = None
    birth_date: date | None = None
    phone: str | None = None
    email: str | None = None
    region: str | None = None  # five digits


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows that are, or may be, one person."""

    one: str
    other: str
    probability: float
    evidence: Mapping[str, str]  # of name, birth_date, phone, email, region, own_id: see evidence_of
    held: str = ""  # why it is not joined unseen: unsure, name, chain; "" if it is


@dataclass(frozen=True, slots=True)
class Linked:
    """What is joined, and what is put before a person."""

    groups: tuple[tuple[str, ...], ...]  # of two or more keys
    joined: tuple[Pair, ...]
    likely: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Forms:
    """A row in the forms in which it is compared; "" where there is no value."""

    key: str
    source: str
    own_id: str
    name: NameForms
    birth: str
    phone: str
    email: str
    region: str
    seen: int  # how many rows have this given name


def names_are(a: Forms, b: Forms) -> str:
    """Return how two names stand: missing, same, sound, latin, slip, alike (a sibling's would be, too) or apart."""
    one, other = a.name, b.name
    if not one.exact or not other.exact:
        return "missing"
    if one.exact == other.exact:
        return "same"
    if one.jamo and other.jamo:
        if one.sound == other.sound:
            return "sound"
        if len(one.jamo) != len(other.jamo) or sum(x != y for x, y in zip(one.jamo, other.jamo, strict=True)) > 1:
            return "apart"
        few, many = sorted((a.seen, b.seen))
        return "slip" if few * RARE <= many else "alike"
    if other.latin in (one.latin, one.other) or one.latin == other.other:
        return "latin"
    return "alike" if one_edit(one.latin, other.latin) else "apart"


def one_edit(one: str, other: str) -> bool:
    """Say whether one letter more, less or other makes one text of the other."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    start = next((n for n, letter in enumerate(one) if letter != other[n]), len(one))
    return one[start:] == other[start + 1 :] or one[start + 1 :] == other[start + 1 :]


def evidence_of(a: Forms, b: Forms) -> dict[str, str]:
    """Return for each field same, near, differs or missing; for the name what names_are says."""
    return {
        "name": names_are(a, b),
        "birth_date": _stand(a.birth, b.birth, near_birth),
        "phone": _stand(a.phone, b.phone, lambda x, y: len(x) == len(y) and one_edit(x, y)),
        "email": _stand(a.email, b.email, _near_email),
        "region": _stand(a.region, b.region, lambda x, y: x[:2] == y[:2]),
        "own_id": _stand(a.own_id, b.own_id, lambda x, y: False) if a.source == b.source else "missing",
    }


def _stand(one: str, other: str, near: Callable[[str, str], bool]) -> str:
    if not one or not other:
        return "missing"
    return "same" if one == other else "near" if near(one, other) else "differs"


def _near_email(one: str, other: str) -> bool:
    """A slip, or the same name at another provider."""
    return one.partition("@")[0] == other.partition("@")[0] or one_edit(one, other)


def contradict(a: Forms, b: Forms) -> bool:
    """Say whether two rows cannot be in one group, whatever leads from one to the other.

    Twins and families agree in much; what tells them apart is the given name. Two numbers of one agency are two people
    unless that agency registered somebody twice, and then all else agrees.
    """
    found = evidence_of(a, b)
    name, birth = found["name"], found["birth_date"]
    contact = "same" in (found["phone"], found["email"])
    if name in {"alike", "apart"}:
        return True
    if birth == "differs" and not contact:
        return True
    return found["own_id"] == "differs" and (birth == "differs" or not (contact or birth == "same"))


def decide(pairs: Iterable[tuple[str, str, float]], rows: Mapping[str, Forms], guarded: bool = True) -> Linked:
    """Join what is sure, the surest first, and hold back what would put two rows that contradict into one group.

    The order of rows and pairs does not matter. `guarded=False` joins as a plain transitive closure would: for comparison.
    """
    ordered = sorted({(min(a, b), max(a, b)): p for a, b, p in pairs}.items(), key=lambda one: (-one[1], one[0]))
    groups: dict[str, list[str]] = {}
    joined: list[Pair] = []
    likely: list[Pair] = []
    for (a, b), probability in ordered:
        found = evidence_of(rows[a], rows[b])
        held = _held(found, probability) if guarded else "unsure" * (probability < AUTOMATIC)
        if not held and not _merge(groups, a, b, rows, guarded):
            held = "chain"
        (likely if held else joined).append(Pair(a, b, probability, found, held))
    unique = {id(group): tuple(sorted(group)) for group in groups.values()}
    return Linked(tuple(sorted(unique.values())), tuple(joined), tuple(likely))


def _held(found: Mapping[str, str], probability: float) -> str:
    if found["own_id"] == "same" and found["name"] != "apart":
        return ""  # an agency's own number is its word that this is one person
    if found["name"] not in SAME_NAME:
        return "name"
    return "" if probability >= AUTOMATIC else "unsure"


def _merge(groups: dict[str, list[str]], a: str, b: str, rows: Mapping[str, Forms], guarded: bool) -> bool:
    """Put both into one group and return True, unless two rows in it would contradict each other."""
    one, other = groups.get(a, [a]), groups.get(b, [b])
    if one is other:
        return True
    if guarded and (len(one) + len(other) > LARGEST or any(contradict(rows[x], rows[y]) for x in one for y in other)):
        return False
    both = one + other
    for key in both:
        groups[key] = both
    return True
