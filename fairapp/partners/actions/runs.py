"""A import from its arrival to its report: kept, read as somebody said, its rows brought in, its file forgotten."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from fairapp import intake, trace
from fairapp.booths import actions as booths
from fairapp.booths import rules as booth_rules
from fairapp.employers import rules as employer_rules
from fairapp.errors import Conflict, Invalid
from fairapp.fairs.models import Fair
from fairapp.intake import Draft, Note, Report
from fairapp.live.actions import post
from fairapp.partners import pushes, queries
from fairapp.partners.actions import records
from fairapp.partners.actions.firm_values import import_firms
from fairapp.partners.actions.sources import check_agreed, day_of
from fairapp.partners.models import ImportRun
from fairapp.partners.queries import SourceFacts
from fairapp.partners.rules import KINDS, Mapped, as_sent, own_headings, person_rows, shaped
from fairapp.tables import Table, read_table

MOST_FORGOTTEN = 500  # at once
LEASE = timedelta(minutes=30)  # after which a import that was being read is read again: doing so changes nothing


def receive(
    session: Session,
    source_id: int,
    name: str,
    content: bytes,
    way: str,
    by: int | None,
    now: datetime,
    *,
    mapped: bool,
) -> int:
    """Keep a file of a source and return its import's id; `mapped`: its columns are known. NoAgreement, Conflict."""
    source = queries.get_source(session, source_id)
    if source.ended_at is not None:
        raise Conflict
    check_agreed(session, source.giver_id, source.receiver_id, source.kind, now)
    values = {
        "source_id": source_id,
        "way": way,
        "state": "ready" if mapped else "unmapped",
        "file_name": "".join(sign for sign in name if sign.isprintable())[-120:],
        "sha256": hashlib.sha256(content).hexdigest(),
        "content": content,
        "by": by,
        "at": now,
    }
    made = session.scalars(insert(ImportRun).values(values).returning(ImportRun.id)).one()
    trace.record(session, "import.received", "import", made, now, by=by)
    if by is None and not mapped:  # nobody is there to see that it waits: who may see its rows hears of it
        staff = queries.who_answers(session, source.giver_id, source.giver_id)
        post(session, [pushes.columns_letter(made, one, now) for one in staff])
    return made


def look_at(source: SourceFacts, content: bytes, name: str) -> list[str]:
    """Return the headings of a file; Unreadable says why it is no table, Invalid that it is too long."""
    table = read_file(source, content, name)
    if not len(table):
        raise Invalid(_l("제목 줄만 있고 내용이 없어요"))
    return own_headings(table)


def make_ready(session: Session, run_id: int) -> None:
    """Have a import wait for being ordered: its columns are known now."""
    waiting = update(ImportRun).where(ImportRun.id == run_id, ImportRun.state == "unmapped")
    session.execute(waiting.values(state="ready"))


def order(session: Session, run_id: int, now: datetime, *, mine: bool = False) -> bool:
    """Have the rows of a import brought in, that waits for it; whether it did."""
    waiting = update(ImportRun).where(ImportRun.id == run_id, ImportRun.state == "ready")
    # Who brings them in at once has them claimed by the same statement: the timed job would take them in between.
    return (
        session.execute(waiting.values(state="due", claimed_at=now if mine else None).returning(ImportRun.id)).first()
        is not None
    )


def drop(session: Session, run_id: int, now: datetime) -> None:
    """Forget a import that nobody wants brought in."""
    waiting = update(ImportRun).where(ImportRun.id == run_id, ImportRun.state.in_(("unmapped", "ready")))
    session.execute(waiting.values(state="dropped", content=None, done_at=now))


def claim(session: Session, run_id: int | None, now: datetime) -> int | None:
    """Take one import that is due, that one or the next, for oneself; None where there is none."""
    free = (ImportRun.state == "due") & (ImportRun.claimed_at.is_(None) | (ImportRun.claimed_at < now - LEASE))
    found = select(ImportRun.id).where(free).order_by(ImportRun.id).limit(1).with_for_update(skip_locked=True)
    if run_id is not None:
        found = found.where(ImportRun.id == run_id)
    taken = session.scalar(found)
    if taken is not None:
        session.execute(update(ImportRun).where(ImportRun.id == taken).values(claimed_at=now))
    return taken


def rows_of(
    source: SourceFacts, table: Table, mapped: Mapped, fair: tuple[str, datetime] | None, now: datetime
) -> Iterator[Draft[Any] | list[Note]]:
    """Give each row of a table as what the source sends, or the reasons why it is none; `fair`: its zone and end."""
    if source.kind == "listings" and "source" not in mapped.told:
        # So that a listing is found again by its number there.
        mapped = Mapped(mapped.columns, {**mapped.constants, "source": f"source-{source.id}"})
    made, names = shaped(table, mapped)
    rows: Iterator[Draft[Any] | list[Note]]
    if source.kind == "listings" and fair is not None:
        rows = booth_rules.listing_rows(made, booth_rules.FairTimes(*fair, now), names)
    elif source.kind == "employers":
        rows = employer_rules.employer_rows(made, names)
    else:
        rows = person_rows(made, names, day_of(now), course=source.kind == "trainees")
    return as_sent(rows)


def fair_of(session: Session, source: SourceFacts) -> tuple[str, datetime] | None:
    """Return zone and end of the fair into which a source's listings go."""
    found = session.execute(select(Fair.zone, Fair.ends_at).where(Fair.id == source.fair_id)).first()
    return (found.zone, found.ends_at) if found else None


Write = Callable[..., Any]


def carry_out(
    write: Write, source: SourceFacts, rows: Iterator[Draft[Any] | list[Note]], by: int | None, now: datetime
) -> Report:
    """Bring the rows in, a chunk a transaction, and return what became of each."""
    if source.kind == "listings":
        return intake.bring_in(write, rows, booths.import_listings, source.fair_id, by, now)
    if source.kind == "employers":
        return intake.bring_in(write, rows, import_firms, source.id, day_of(now), now)
    return intake.bring_in(write, rows, records.import_people, source, day_of(now), now)


def read_file(source: SourceFacts, content: bytes, name: str) -> Table:
    """Return the table of a file; Unreadable says why it is none."""
    return read_table(content, name, KINDS[source.kind].columns)


def finish(session: Session, run_id: int, report: Report, begun: datetime, now: datetime) -> None:
    """Write down what became of the rows, and forget the file; of a whole list, who is missing has left."""
    source = queries.get_source(session, queries.get_run(session, run_id).source_id)
    gone = 0
    if source.whole and source.about_people and report.rows > report.refused:
        gone = records.mark_gone(session, source.id, begun, now)
    counts = {name: getattr(report, name) for name in ("added", "changed", "unchanged", "refused")}
    rejected = report.rejected_csv() if report.rejected else None
    ended = {"state": "done", "content": None, "done_at": now, "gone": gone, "rejected": rejected}
    session.execute(update(ImportRun).where(ImportRun.id == run_id).values(**counts, **ended))
    trace.record(session, "import.done", "import", run_id, now, data={**counts, "gone": gone})


def fail(session: Session, run_id: int, why: str, now: datetime) -> None:
    """Write down why nothing of a import could be read, and forget the file."""
    ended = {"state": "failed", "content": None, "done_at": now, "error": why}
    session.execute(update(ImportRun).where(ImportRun.id == run_id).values(ended))
    trace.record(session, "import.failed", "import", run_id, now)


def forget_files(session: Session, before: datetime) -> int:
    """Forget some files from before then of which nobody said how to read them; return how many, 0 at the end."""
    waiting = ImportRun.state.in_(("unmapped", "ready")), ImportRun.at < before
    ids = session.scalars(select(ImportRun.id).where(*waiting).order_by(ImportRun.id).limit(MOST_FORGOTTEN)).all()
    dropped = update(ImportRun).where(ImportRun.id.in_(ids))
    session.execute(dropped.values(state="dropped", content=None, done_at=before))
    return len(ids)


def forget_refused(session: Session, before: datetime) -> int:
    """Forget some refused rows that were to be mended, from imports before then; return how many, 0 at the end."""
    kept = ImportRun.rejected.is_not(None), ImportRun.done_at < before
    ids = session.scalars(select(ImportRun.id).where(*kept).order_by(ImportRun.id).limit(MOST_FORGOTTEN)).all()
    session.execute(update(ImportRun).where(ImportRun.id.in_(ids)).values(rejected=None))
    return len(ids)
