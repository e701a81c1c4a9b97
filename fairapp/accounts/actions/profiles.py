"""What a seeker tells of herself, and her résumé."""

import hashlib
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp.accounts.models import Profile, Resume
from fairapp.accounts.rules import ProfileFields, check_pdf, checked_profile, file_name


def save_profile(session: Session, account_id: int, fields: ProfileFields, now: datetime) -> ProfileFields:
    """Keep the whole profile in place of what was there, and return it as kept; Invalid names what is wrong."""
    kept = checked_profile(fields, now.date())
    values = {**asdict(kept), "skills": list(kept.skills), "updated_at": now}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    mine = dialect.insert(Profile).values(account_id=account_id, **values)
    session.execute(mine.on_conflict_do_update(index_elements=[Profile.account_id], set_=values))
    return kept


def keep_resume(session: Session, account_id: int, name: str, content: bytes, now: datetime) -> None:
    """Keep a PDF as the person's résumé in place of the one before; Invalid if it is none or too large."""
    check_pdf(content)
    values = {
        "name": file_name(name),
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "content": content,
        "uploaded_at": now,
    }
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    mine = dialect.insert(Resume).values(account_id=account_id, **values)
    session.execute(mine.on_conflict_do_update(index_elements=[Resume.account_id], set_=values))


def remove_resume(session: Session, account_id: int) -> None:
    """Delete the person's résumé, if there is one."""
    session.execute(delete(Resume).where(Resume.account_id == account_id))
