"""What partners are told of a listing: its facts as they go out, and what became of it between two looks."""

from datetime import datetime, timedelta
from typing import Any

from fairapp.booths.rules import Needs
from fairapp.clock import rfc3339
from fairapp.shapes import encode_cursor

TOLD_NEWS = ("listing.opened", "listing.changed", "listing.closed", "booth.opened", "booth.closed", "fair.phase")
AT_ONCE = 500  # news, or listings, in one transaction
KEPT = timedelta(days=30)  # how long a change can be caught up with
COMPARED_EVERY = timedelta(minutes=10)  # each fair is compared listing by listing, should anything have been missed
AHEAD = timedelta(minutes=2)  # so long before a listing's time is up it is seen whether that was put off

SAME = (
    "title",
    "title_en",
    "employer_name",
    "employer_name_en",
    "occupation",
    "occupation_text",
    "employment_type",
    "region",
    "headcount",
    "experience",
    "experience_years",
    "education",
    "description",
    "workplace",
    "hours_per_week",
    "skills",
    "employer_region",
)


def visible_until(row: Any) -> datetime:
    """Return when time alone closes a listing that is visible: its end, its wage's, or its booth's intent."""
    ends = [row.closes_at, row.intent_confirmed_at + timedelta(days=row.intent_days)]
    return min([*ends, row.legal_until] if row.legal_until else ends)


def facts_of(row: Any) -> dict[str, Any]:
    """Return all that goes out of a listing, as JSON has it: what `GET /fairs/{fair}/listings` says, and more."""
    needs = Needs.of(row.needs)
    return {
        **{name: getattr(row, name) for name in SAME},
        "id": str(row.id),
        "fair": str(row.fair_id),
        "booth": str(row.booth_id),
        "employer": str(row.employer_id),
        "salary": {"min": row.salary_min, "max": row.salary_max, "period": row.salary_period},
        "openings_left": max(0, row.headcount - row.filled),
        "opens_at": rfc3339(row.opens_at),
        "closes_at": rfc3339(row.closes_at),
        "needs": {"resume": needs.resume, "questions": list(needs.questions), "segments": list(needs.segments)},
        "source_url": row.url,
        "visible_until": rfc3339(visible_until(row)),
    }


def is_short(seq: int, oldest: int) -> bool:
    """Whether a fair's news is all there and little enough to be read from its beginning."""
    return oldest == 1 and seq <= AT_ONCE


def became(before: Any, now: Any) -> str | None:
    """Return `opened`, `changed` or `closed` between what was told last and what is visible now; None for the same."""
    if before == now:
        return None
    if before is None:
        return "opened"
    return "closed" if now is None else "changed"


def mark_of(at: datetime) -> int:
    """Return what a cursor holds beside a change's number, so that another change of that number is told apart.

    A database that is put back from a copy gives numbers a second time.
    """
    return int(at.timestamp() * 1_000_000) % 1_000_000_007


def page_of_listing(base_url: str, listing_id: object) -> str:
    """Return the address of a listing's page."""
    return f"{base_url}/listings/{listing_id}"


def listing_out(data: dict[str, Any], base_url: str) -> dict[str, Any]:
    """Return a listing as it goes out, with the address of its page."""
    return {**data, "url": page_of_listing(base_url, data["id"])}


def change_out(row: Any, base_url: str) -> dict[str, Any]:
    """Return a change as it goes out: `listing` is whole where it is open, null where it was closed."""
    about = row.kind.partition(".")[0]
    data: dict[str, Any] = row.data
    opened = about == "listing" and row.kind != "listing.closed"
    return {
        "kind": row.kind,
        "at": rfc3339(row.at),
        "fair": str(row.fair_id),
        "booth": data.get("booth"),
        "id": str(row.listing_id) if about == "listing" else data.get(about),
        "listing": listing_out(data, base_url) if opened else None,
        "phase": data.get("phase"),
        "cursor": encode_cursor(row.seq, mark_of(row.at)),
    }
