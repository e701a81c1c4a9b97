"""Decisions about data that comes in: what a column tells, what a row says, who is who."""

from fairapp.partners.rules.asking import Limits, LinkageStopped, link, link_new
from fairapp.partners.rules.joining import PROFILE, SURE, Decided, Told, decided, joined_profile, told_by_field
from fairapp.partners.rules.linking import Linked, Pair, Person
from fairapp.partners.rules.mapping import (
    KINDS,
    Mapped,
    as_sent,
    check_mapped,
    headings_digest,
    is_secret,
    own_headings,
    proposed,
    shaped,
)
from fairapp.partners.rules.people import Course, PersonRow, identity, person_rows
from fairapp.partners.rules.sources import (
    CONSENTS,
    KEPT_FILE,
    KEPT_REFUSED,
    SHOWN_FOR,
    NoAgreement,
    NotMapped,
    SourceFields,
    check_source,
    consented_on,
)

__all__ = [
    "CONSENTS",
    "KEPT_FILE",
    "KEPT_REFUSED",
    "KINDS",
    "PROFILE",
    "SHOWN_FOR",
    "SURE",
    "Course",
    "Decided",
    "Limits",
    "LinkageStopped",
    "Linked",
    "Mapped",
    "NoAgreement",
    "NotMapped",
    "Pair",
    "Person",
    "PersonRow",
    "SourceFields",
    "Told",
    "as_sent",
    "check_mapped",
    "check_source",
    "consented_on",
    "decided",
    "headings_digest",
    "identity",
    "is_secret",
    "joined_profile",
    "link",
    "link_new",
    "own_headings",
    "person_rows",
    "proposed",
    "shaped",
    "told_by_field",
]
