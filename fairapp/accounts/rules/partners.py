"""A program of an agency that calls by key: nobody, with scopes."""

from dataclasses import dataclass
from datetime import datetime

KEY_PREFIX = "fairkey_"  # how the secret of a key begins: recognised here, and by who scans files for secrets


@dataclass(frozen=True, slots=True)
class Partner:
    """A program of an agency that calls by key. It is nobody: it has no account and no role, only scopes."""

    key_id: int
    agency_id: int
    scopes: frozenset[str]
    per_minute: int  # calls at most
    used_at: datetime | None  # when its use was last noted
