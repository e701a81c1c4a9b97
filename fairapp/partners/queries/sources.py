"""Reads of sources, of how their columns are read, and of their runs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from fairapp.errors import NotFound
from fairapp.partners.models import ColumnMap, DataSource, ImportRun
from fairapp.partners.rules import Mapped, headings_digest
from fairapp.tables import heading_key

MOST_KNOWN = 500  # mappings of one kind that a proposal looks at


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """A source as plain values."""

    id: int
    name: str
    kind: str
    giver_id: int
    receiver_id: int
    fair_id: int | None
    consent: str
    consented_on: date | None
    whole: bool
    address: str
    every_hours: int | None
    next_at: datetime | None
    ended_at: datetime | None

    @property
    def about_people(self) -> bool:
        """Whether its rows are people."""
        return self.kind in ("seekers", "trainees")


_SOURCE = select(*(getattr(DataSource, name) for name in SourceFacts.__slots__))


def get_source(session: Session, source_id: int) -> SourceFacts:
    """Return the source; NotFound where there is none."""
    row = session.execute(_SOURCE.where(DataSource.id == source_id)).first()
    if row is None:
        raise NotFound
    return SourceFacts(*row)


def names_of_sources(session: Session, words: Collection[str]) -> dict[str, str]:
    """Return what a source is called whose listings say `source-N`, because they say nothing else of where they are from."""
    ids = {
        word: int(word[7:]) for word in words if word.startswith("source-") and word[7:].isdecimal() and len(word) < 25
    }
    found = select(DataSource.id, DataSource.name).where(DataSource.id.in_(set(ids.values())))
    names: dict[int, str] = {row.id: row.name for row in session.execute(found)}
    return {word: names[number] for word, number in ids.items() if number in names}


def sources_of(session: Session, agency_id: int, after: int | None = None, limit: int = 50) -> Sequence[SourceFacts]:
    """Return `limit + 1` sources that the agency gives or receives, the newest first, below an id."""
    found = _SOURCE.where(or_(DataSource.giver_id == agency_id, DataSource.receiver_id == agency_id))
    if after is not None:
        found = found.where(DataSource.id < after)
    return [SourceFacts(*row) for row in session.execute(found.order_by(DataSource.id.desc()).limit(limit + 1))]


def mapping_for(session: Session, source_id: int, headings: Sequence[str]) -> Mapped | None:
    """Return how a file of this source with these headings is read, where somebody has said so."""
    found = select(ColumnMap.columns, ColumnMap.constants).where(
        ColumnMap.source_id == source_id, ColumnMap.headings == headings_digest(headings)
    )
    row = session.execute(found).first()
    return Mapped({name: tuple(parts) for name, parts in row.columns.items()}, row.constants) if row else None


def known_columns(session: Session, source: SourceFacts) -> Mapping[str, str]:
    """Return what columns were said to tell before: heading_key → field; this source's own words go before others'."""
    found = (
        select(ColumnMap.source_id, ColumnMap.columns)
        .join(DataSource, DataSource.id == ColumnMap.source_id)
        .where(DataSource.kind == source.kind)
        .order_by(ColumnMap.id.desc())
        .limit(MOST_KNOWN)
    )
    rows = sorted(session.execute(found), key=lambda row: row.source_id != source.id)
    known: dict[str, str] = {}
    for row in rows:
        for name, parts in row.columns.items():
            if len(parts) == 1:
                known.setdefault(heading_key(parts[0]), name)
    return known


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A import as plain values; without its file."""

    id: int
    source_id: int
    way: str
    state: str
    file_name: str
    by: int | None
    at: datetime
    done_at: datetime | None
    error: str
    added: int
    changed: int
    unchanged: int
    refused: int
    gone: int

    @property
    def rows(self) -> int:
        """How many rows the file had."""
        return self.added + self.changed + self.unchanged + self.refused


_RUN = select(*(getattr(ImportRun, name) for name in RunFacts.__slots__))


def get_run(session: Session, run_id: int) -> RunFacts:
    """Return the import; NotFound where there is none."""
    row = session.execute(_RUN.where(ImportRun.id == run_id)).first()
    if row is None:
        raise NotFound
    return RunFacts(*row)


def runs_of(session: Session, source_id: int, limit: int = 30) -> Sequence[RunFacts]:
    """Return the last imports of a source, the newest first."""
    found = _RUN.where(ImportRun.source_id == source_id).order_by(ImportRun.id.desc()).limit(limit)
    return [RunFacts(*row) for row in session.execute(found)]


def file_of(session: Session, run_id: int) -> bytes | None:
    """Return the file of a import, while it is kept."""
    return session.scalar(select(ImportRun.content).where(ImportRun.id == run_id))


def rejected_of(session: Session, run_id: int) -> str | None:
    """Return the rows that were refused as a CSV to be mended, while it is kept."""
    return session.scalar(select(ImportRun.rejected).where(ImportRun.id == run_id))


def last_runs(session: Session, source_ids: Collection[int]) -> Mapping[int, RunFacts]:
    """Return the newest import of each source that has one, in one query."""
    if not source_ids:
        return {}
    other = aliased(ImportRun)
    of_source = select(other.id).where(other.source_id == DataSource.id)
    newest = of_source.order_by(other.id.desc()).limit(1).correlate(DataSource).scalar_subquery()
    found = _RUN.join(DataSource, DataSource.id == ImportRun.source_id).where(
        DataSource.id.in_(set(source_ids)), ImportRun.id == newest
    )
    return {row.source_id: RunFacts(*row) for row in session.execute(found)}


def sources_to_fetch(session: Session, now: datetime, limit: int = 20) -> Sequence[int]:
    """Return the sources whose address is to be asked again, the longest due first."""
    due = DataSource.next_at <= now, DataSource.ended_at.is_(None)
    return session.scalars(select(DataSource.id).where(*due).order_by(DataSource.next_at).limit(limit)).all()


def last_content(session: Session, source_id: int) -> str | None:
    """Return the SHA-256 of what came last from a source."""
    found = select(ImportRun.sha256).where(ImportRun.source_id == source_id, ImportRun.state != "dropped")
    return session.scalar(found.order_by(ImportRun.id.desc()).limit(1))
