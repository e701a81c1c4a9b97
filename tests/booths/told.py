"""What the tests of booths share: a listing's fields, an empty booth, and what a fair was told."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.booths import rules
from fairapp.live.models import News
from tests.factories import NOW, make_booth


def fields(**changes: Any) -> rules.ListingFields:
    """Return a listing that is open at NOW."""
    given = {
        "title": "재무 담당",
        "description": "월 결산과 부가세 신고",
        "occupation": "0231",
        "employment_type": "regular",
        "region": "27290",
        "salary_min": 42_000_000,
        "salary_period": "year",
        "headcount": 2,
        "skills": ["SAP", "더존"],
        "opens_at": NOW - timedelta(hours=1),
        "closes_at": NOW + timedelta(days=2),
    }
    return rules.ListingFields(**given | changes)


def empty_booth(session: Session) -> tuple[int, int]:
    """Make an approved booth without a listing; return its fair and itself."""
    booth = make_booth(session)
    return booth.fair_id, booth.id


def news(database: db.Database, fair_id: int) -> list[tuple[str, dict[str, Any]]]:
    """Return what the fair was told, in order."""
    with database.read() as session:
        rows = session.execute(select(News.kind, News.data).where(News.fair_id == fair_id).order_by(News.seq))
        return [(row.kind, row.data) for row in rows]


def kinds(database: db.Database, fair_id: int) -> list[str]:
    """Return the kinds of what the fair was told, in order."""
    return [kind for kind, _ in news(database, fair_id)]
