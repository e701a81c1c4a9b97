"""Which of a partner's columns tells what: proposed from their names, said once by a person, remembered. Pure."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp.booths import rules as booths
from fairapp.employers import rules as employers
from fairapp.errors import FieldError, Invalid
from fairapp.intake import NOTES, Draft, Note
from fairapp.partners.rules import fields
from fairapp.tables import Columns, Table, heading_key

T = TypeVar("T")
MOST_PARTS = 3  # columns that together tell one thing: first name, middle name, last name
LONGEST_CONSTANT = 200
SECRET = re.compile(r"비밀번호|암호|password|passwd|주민등록|주민번호|ssn", re.IGNORECASE)
DERIVED = "\u2060"  # stands before the heading of a column that is put together here; not in any file


@dataclass(frozen=True, slots=True)
class Mapped:
    """How a file is read: our field → the headings that together tell it; our field → what holds for every row."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> set[str]:
        """The fields of which the file tells something."""
        return {*self.columns, *self.constants}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of data: the headings by which its fields are known, what a file must tell, and how fields are called."""

    columns: Columns
    required: tuple[tuple[str, ...], ...]  # of each group one at least
    labels: Mapping[str, LazyString]


KINDS: dict[str, Kind] = {
    "seekers": Kind(fields.PERSON_COLUMNS, (("name", "email"), fields.TELLING), fields.PERSON_LABELS),
    "trainees": Kind(
        fields.PERSON_COLUMNS,
        (("name", "email"), fields.TELLING, ("course",), ("ended",)),
        fields.PERSON_LABELS,
    ),
    "employers": Kind(employers.COLUMNS, (("name",),), fields.EMPLOYER_LABELS),
    "listings": Kind(booths.COLUMNS, (("employer",), ("title",)), fields.LISTING_LABELS),
}


def is_secret(heading: str) -> bool:
    """Whether a column holds what must not be read: passwords, resident numbers (PIPA art. 24-2)."""
    return bool(SECRET.search(heading))


def own_headings(table: Table) -> list[str]:
    """Return the headings that the partner wrote, without those that a file of refused rows has beside them."""
    return [one for one in table.headings if one and one not in NOTES]


def headings_digest(headings: Sequence[str]) -> str:
    """Return by what a mapping is found again: the names of the columns, whatever their order and width."""
    return hashlib.sha256("\n".join(sorted(map(heading_key, headings))).encode()).hexdigest()


def proposed(kind: str, headings: Sequence[str], known: Mapping[str, str]) -> Mapped:
    """Return what each column seems to tell. `known` says what people chose before: heading_key → field; it goes first."""
    wanted = KINDS[kind].columns
    keys = {one: heading_key(one) for one in headings if not is_secret(one)}
    columns: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for heading, key in keys.items():
        name = known.get(key, "")
        if name in wanted and name not in columns:
            columns[name] = (heading,)
            taken.add(heading)
    for name, synonyms in wanted.items():
        free = {key: heading for heading, key in reversed(keys.items()) if heading not in taken}
        found = next((free[key] for key in map(heading_key, synonyms) if key in free), None)
        if name not in columns and found is not None:
            columns[name] = (found,)
            # Where the salary stands also stands its period: columns of listings may tell several things.
            if kind != "listings":
                taken.add(found)
    return Mapped(_with_names(kind, columns, keys, taken))


def _with_names(
    kind: str, columns: dict[str, tuple[str, ...]], keys: Mapping[str, str], taken: set[str]
) -> dict[str, tuple[str, ...]]:
    """Put first and last names together where no column holds the whole name."""
    if kind in ("seekers", "trainees") and "name" not in columns:
        parts = {key: heading for heading, key in keys.items() if heading not in taken}
        for first, last in fields.NAME_PARTS:
            if heading_key(first) in parts and heading_key(last) in parts:
                columns["name"] = (parts[heading_key(first)], parts[heading_key(last)])
                break
    return columns


def check_mapped(kind: str, mapped: Mapped, headings: Sequence[str]) -> None:
    """Raise Invalid, naming each field, for headings that the file has not and for what it must tell and does not."""
    errors = [
        FieldError(name, _l("파일에 없는 열이에요"))
        for name, parts in mapped.columns.items()
        if len(parts) > MOST_PARTS or not set(parts) <= set(headings) or any(map(is_secret, parts))
    ]
    errors += [
        FieldError(name, _l("%(most)s자까지 쓸 수 있어요", most=LONGEST_CONSTANT))
        for name, text in mapped.constants.items()
        if len(text) > LONGEST_CONSTANT
    ]
    labels = KINDS[kind].labels
    for group in KINDS[kind].required:
        if not mapped.told & set(group):
            names = ", ".join(str(labels[name]) for name in group)
            errors.append(FieldError(group[0], _l("이 가운데 하나는 꼭 필요해요: %(names)s", names=names)))
    if errors:
        raise Invalid(errors=errors)


def shaped(table: Table, mapped: Mapped) -> tuple[Table, dict[str, str]]:
    """Return the table with columns put together and constants beside it, and our field → heading in it."""
    names = {name: parts[0] for name, parts in mapped.columns.items() if len(parts) == 1}
    joined = {name: [table.headings.index(one) for one in parts] for name, parts in mapped.columns.items() if parts[1:]}
    constants = {name: text for name, text in mapped.constants.items() if name not in mapped.columns}
    extra = [*joined, *constants]
    names |= {name: f"{DERIVED}{name}" for name in extra}
    width = len(table.headings)
    records = []
    for number, cells in table.records:
        padded = [*cells, *[""] * (width - len(cells))]
        made = [_joined(name, [padded[at] for at in places]) for name, places in joined.items()]
        records.append((number, [*padded, *made, *constants.values()]))
    return replace(table, headings=[*table.headings, *(names[name] for name in extra)], records=records), names


def _joined(name: str, parts: Sequence[str]) -> str:
    said = [part.strip() for part in parts if part.strip()]
    if name == "name" and len(said) == 2 and all(re.fullmatch("[가-힣]+", part) for part in said):
        return f"{said[1]}{said[0]}"  # a Korean name whose family name came second
    return " ".join(said)


def as_sent(rows: Iterator[Draft[T] | list[Note]]) -> Iterator[Draft[T] | list[Note]]:
    """Give rows whose notes speak of the partner's own columns and cells alone."""
    for one in rows:
        if isinstance(one, Draft):
            names = {name: heading.removeprefix(DERIVED) for name, heading in one.names.items()}
            yield replace(one, values=_own(one.values), names=names, warnings=[_plain(note) for note in one.warnings])
        else:
            yield [_plain(note) for note in one]


def _plain(note: Note) -> Note:
    return replace(note, column=note.column.removeprefix(DERIVED), values=_own(note.values))


def _own(values: Mapping[str, str]) -> Mapping[str, str]:
    return {name: cell for name, cell in values.items() if not name.startswith(DERIVED) and not is_secret(name)}
