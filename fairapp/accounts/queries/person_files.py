"""The file of one's own data: a ZIP with JSON for machines, a page and tables for people, and the résumé."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from fairapp import clock, config
from fairapp.accounts.models import Account, PersonFile
from fairapp.accounts.queries.profiles import resume
from fairapp.accounts.queries.telling import everything_about
from fairapp.accounts.rules import COLUMNS_TOLD, FILE_KEPT, SECTIONS
from fairapp.db import Database
from fairapp.errors import NotFound
from fairapp.intake import harmless

ZONE = "Asia/Seoul"
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file of somebody's own data, or the order of one."""

    id: int
    account_id: int
    state: str
    asked_at: datetime
    file: str | None
    size: int | None
    made_at: datetime | None


_FILE: tuple[Any, ...] = tuple(getattr(PersonFile, name) for name in OwnFile.__slots__)


def people_folder() -> Path:
    """Return the folder of finished files, made if it is not there; by default in instance/."""
    folder = Path(current_app.config.get("EXPORTS") or config.INSTANCE / "exports") / "people"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def own_files(session: Session, account_id: int) -> Sequence[OwnFile]:
    """Return the last files that the person asked for, newest first."""
    found = select(*_FILE).where(PersonFile.account_id == account_id).order_by(PersonFile.id.desc()).limit(MOST_SHOWN)
    return [OwnFile(*row) for row in session.execute(found)]


def own_file(session: Session, file_id: int, account_id: int | None = None) -> OwnFile:
    """Return an order; NotFound where there is none, or, with an account, none of hers."""
    found = select(*_FILE).where(PersonFile.id == file_id)
    row = session.execute(found if account_id is None else found.where(PersonFile.account_id == account_id)).first()
    if row is None:
        raise NotFound
    return OwnFile(*row)


def outdated(now: datetime) -> ColumnElement[bool]:
    """Return the condition of an order whose file is to be deleted: a week old, or given up."""
    given_up = (PersonFile.state == "deleted") & PersonFile.file.is_not(None)
    return or_((PersonFile.state == "ready") & (PersonFile.made_at < now - FILE_KEPT), given_up)


def waiting(now: datetime) -> ColumnElement[bool]:
    """Return the condition of an order that is to be made, or whose maker died."""
    return or_(PersonFile.state == "waiting", (PersonFile.state == "making") & (PersonFile.leased_until < now))


def person_files_due(session: Session, now: datetime) -> bool:
    """Whether an order waits or a file is old: a tick that finds nothing writes nothing."""
    return session.execute(select(PersonFile.id).where(or_(waiting(now), outdated(now))).limit(1)).first() is not None


def save_person_file(database: Database, path: Path, account_id: int, now: datetime) -> int:
    """Write the file to the path, from one snapshot, in the person's language; return its size in bytes."""
    with database.snapshot() as session:
        language = session.scalar(select(Account.language).where(Account.id == account_id)) or "ko"
        told = everything_about(session, account_id)
        paper = resume(session, account_id)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made, force_locale(language):
        made.writestr("data.json", _json(told, now))
        made.writestr("data.html", _page(told, now, language))
        for name, rows in told.items():
            if rows:
                made.writestr(f"{name}.csv", _csv(rows))
        if paper is not None:
            made.writestr("resume.pdf", paper.content)
    return path.stat().st_size


def plain(value: Any) -> Any:
    """Return a value as JSON has it: moments as RFC 3339, days as ISO 8601."""
    if isinstance(value, datetime):
        return clock.rfc3339(value)
    return value.isoformat() if isinstance(value, date) else value


def _json(told: Mapping[str, Sequence[Mapping[str, Any]]], now: datetime) -> bytes:
    rows = {name: [{key: plain(value) for key, value in row.items()} for row in part] for name, part in told.items()}
    whole = {"made_at": plain(now), "sections": rows}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    out = io.StringIO(newline="")
    out.write("\ufeff")  # so that spreadsheets read the Korean as UTF-8
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow([harmless(_words(value)) for value in row.values()])
    return out.getvalue().encode("utf-8", "replace")


def _words(value: Any) -> str:
    """Return a value as a person reads it; moments in Korean time."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return clock.local(value, ZONE).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list):
        return ", ".join(_words(one) for one in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | bool) else str(plain(value))


def _page(told: Mapping[str, Sequence[Mapping[str, Any]]], now: datetime, language: str) -> bytes:
    parts = [
        {
            "title": str(SECTIONS.get(name, name)),
            "columns": [str(COLUMNS_TOLD.get(key, key)) for key in rows[0]],
            "rows": [[_words(value) for value in row.values()] for row in rows],
        }
        for name, rows in told.items()
        if rows
    ]
    made_at = clock.local(now, ZONE).strftime("%Y-%m-%d %H:%M")
    return render_template("accounts/data_file.html", parts=parts, made_at=made_at, lang=language).encode()
