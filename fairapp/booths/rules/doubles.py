"""Whether two sources tell of the same opening: then it is shown once. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from fairapp import codes
from fairapp.booths.rules.listings import ListingFields
from fairapp.employers.rules import name_key

# What a title may say besides the work; the employer is the same anyhow.
_SAID_ANYWAY = re.compile(r"채용|모집|구인|공고|hiring|recruiting")


@dataclass(frozen=True, slots=True)
class Opening:
    """What of a listing tells whether another one is the same opening. `low`, `high`: KRW per `period`, null: negotiable."""

    listing_id: int
    source: str | None
    title_key: str
    employment_type: str | None
    region: str | None
    experience: str
    low: int | None
    high: int | None
    period: str | None
    closes_at: datetime


def title_key(title: str, employer_key: str) -> str:
    """Return a title as doubles are compared by: letters and digits alone, without what every listing of the employer says.

    `employer_key` is the employer's name as employers.rules.name_key gives it.
    """
    folded = unicodedata.normalize("NFKC", title).casefold()
    work = name_key(_SAID_ANYWAY.sub(" ", folded))
    return work.removeprefix(employer_key).removesuffix(employer_key) or name_key(folded)


def opening_of(listing_id: int, fields: ListingFields, employer_key: str) -> Opening:
    """Return what of a listing's fields is compared."""
    low = fields.salary_min if fields.salary_min is not None else fields.salary_max
    high = fields.salary_max if fields.salary_max is not None else fields.salary_min
    return Opening(
        listing_id,
        fields.source or None,
        title_key(fields.title, employer_key),
        fields.employment_type,
        fields.region,
        fields.experience,
        low,
        high,
        fields.salary_period,
        fields.closes_at,
    )


def is_double(one: Opening, other: Opening) -> bool:
    """Whether two listings of one employer at one fair are one opening told by two sources.

    One source tells an opening once, so two of its own are two. The title must be the same; nothing else may contradict.
    """
    if one.source == other.source or one.title_key != other.title_key:
        return False
    types = {one.employment_type, other.employment_type} - {None}
    levels = {one.experience, other.experience} - {"any"}
    return len(types) < 2 and len(levels) < 2 and _one_place(one.region, other.region) and _one_pay(one, other)


def _one_place(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return True
    parts = codes.region_prefix(one), codes.region_prefix(other)
    return parts[0].startswith(parts[1]) or parts[1].startswith(parts[0])


def _one_pay(one: Opening, other: Opening) -> bool:
    """Whether the pays overlap; by the month and by the year they are not compared."""
    if one.period != other.period or one.low is None or other.low is None or one.high is None or other.high is None:
        return True
    return one.low <= other.high and other.low <= one.high


def identity_digest(identity: tuple[str, ...]) -> str:
    """Return what a row of a source is found again by; see ListingRow.identity."""
    return sha256("\x1f".join(identity).encode()).hexdigest()
