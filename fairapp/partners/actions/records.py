"""Partners' rows about people are written down as they came. Whom each is about is found afterwards, by the joining."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp.employers.rules import name_key
from fairapp.intake import Draft, Note, Report
from fairapp.partners import queries
from fairapp.partners.actions import joining
from fairapp.partners.models import Record, RecordVersion
from fairapp.partners.queries import SourceFacts
from fairapp.partners.rules import COLUMNS, PersonRow, Settled, as_columns, consented_on, settled_told

GRAVE = "×"  # before what stands for the number of somebody who was erased
KEPT = ("name", "name_key", "email", "phone", "birth_date", "values", "said_on", "consented_on")


def grave(own_id: str) -> str:
    """Return what stands for the number of a person whose data were erased: she is not brought back by the next file."""
    return f"{GRAVE}{sha256(own_id.encode()).hexdigest()[:40]}"


def import_people(
    session: Session, drafts: Sequence[Draft[PersonRow]], source: SourceFacts, delivered_on: date, now: datetime
) -> Report:
    """Write these rows as records of the source and return what became of each; the same row again changes nothing."""
    report = Report()
    known, settled = _known(session, source.id, [draft.fields.own_id for draft in drafts])
    new: list[dict[str, Any]] = []
    touched: list[int] = []
    changed: list[int] = []
    nameless = [draft.fields.email for draft in drafts if not draft.fields.name and draft.fields.email]
    reachable = queries.known_addresses(session, nameless) if nameless else set()
    for draft in drafts:
        if not draft.fields.name and draft.fields.email not in reachable:
            unknown = _l("이름이 없고, 이 메일로 아는 사람도 없어요")
            report.refuse([Note(draft.row, draft.names.get("email", ""), unknown, draft.values)])
            continue
        values = _values(draft.fields, source, delivered_on)
        row, gone = known.get(draft.fields.own_id), known.get(grave(draft.fields.own_id))
        if row is not None:
            values = _with_settled(row.id, values, settled.get(row.id, ()))
        if row is not None and draft.fields.consented_on is None and values["consented_on"]:
            # A yes without a day counts from when it was first said, not anew with each list.
            values["consented_on"] = row.consented_on or values["consented_on"]
        if gone is not None and not _agreed_since(gone, values["consented_on"]):
            report.unchanged += 1
            report.warnings.append(_erased(draft))
        elif row is None:
            new.append({"source_id": source.id, "own_id": draft.fields.own_id, **values})
            report.added += 1
        elif _same(row, values):
            touched.append(row.id)
            report.unchanged += 1
        else:
            _change(session, row, values, now)
            changed.append(row.id)
            report.changed += 1
    if new:
        _insert(session, new, now)
    if touched:
        session.execute(update(Record).where(Record.id.in_(touched)).values(seen_at=now))
    _tell(session, changed, now)
    return report


def _known(
    session: Session, source_id: int, numbers: Sequence[str]
) -> tuple[dict[str, Record], Mapping[int, Sequence[Settled]]]:
    """Return the records of these numbers and of who was erased, and what was settled of their values.

    The rows are locked: an answer to a contested value is in force for the whole of this list, or waits for it.
    """
    wanted = [*numbers, *map(grave, numbers)]
    found = select(Record).where(Record.source_id == source_id, Record.own_id.in_(wanted))
    known = {row.own_id: row for row in session.scalars(found.order_by(Record.id).with_for_update())}
    return known, queries.settled_of(session, [row.id for row in known.values()])


def _insert(session: Session, new: Sequence[dict[str, Any]], now: datetime) -> None:
    """Write new records. The same list may be brought in twice at once: its number is the row's, whoever comes first."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    rows = [{**one, "first_at": now, "changed_at": now, "seen_at": now} for one in new]
    session.execute(dialect.insert(Record).on_conflict_do_nothing(), rows)


def _values(row: PersonRow, source: SourceFacts, delivered_on: date) -> dict[str, Any]:
    return {
        "name": row.name,
        "name_key": name_key(row.name)[:80] if row.name else "",
        "email": row.email,
        "phone": row.profile.phone,
        "birth_date": row.profile.birth_date,
        "values": row.values | ({"consent_dated": True} if row.consented_on or source.consent == "stated" else {}),
        "said_on": row.said_on or delivered_on,
        "consented_on": consented_on(
            source.consent, source.consented_on, row.consented, row.consented_on, row.said_on or delivered_on
        ),
    }


def _with_settled(record_id: int, values: dict[str, Any], settled: Sequence[Settled]) -> dict[str, Any]:
    """Return what a list tells without what its person had put right or deleted."""
    if not settled:
        return values
    told = {name: values[name] for name in COLUMNS} | values["values"]
    return values | as_columns(settled_told(record_id, told, settled))


def _same(row: Record, values: dict[str, Any]) -> bool:
    """Whether the row tells nothing new; a later day alone is nothing new."""
    told = (name for name in KEPT if name != "said_on")
    return row.gone_at is None and all(getattr(row, name) == values[name] for name in told)


def _change(session: Session, row: Record, values: dict[str, Any], now: datetime) -> None:
    before = {name: _plain(getattr(row, name)) for name in KEPT if name != "values"} | row.values
    old = {"record_id": row.id, "rev": row.rev, "said_on": row.said_on, "until": now, "values": before}
    session.execute(insert(RecordVersion).values(old))
    renewed = {**values, "changed_at": now, "seen_at": now, "gone_at": None, "rev": row.rev + 1}
    session.execute(update(Record).where(Record.id == row.id).values(renewed))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _agreed_since(gone: Record, agreed_on: date | None) -> bool:
    return agreed_on is not None and gone.gone_at is not None and agreed_on > gone.gone_at.date()


def _erased(draft: Draft[PersonRow]) -> Note:
    return Note(draft.row, "", _l("정보를 지워 달라고 한 사람이라 넣지 않았어요"), draft.values)


def mark_gone(session: Session, source_id: int, before: datetime, now: datetime) -> int:
    """Mark the records of a whole list that its last import, begun at `before`, did not have; return how many."""
    missing = Record.source_id == source_id, Record.seen_at < before, Record.gone_at.is_(None)
    left = session.scalars(update(Record).where(*missing).values(gone_at=now).returning(Record.id)).all()
    _tell(session, left, now)
    return len(left)


def _tell(session: Session, record_ids: Collection[int], now: datetime) -> None:
    if record_ids:
        joining.follow(session, queries.records_by_id(session, record_ids), now)
