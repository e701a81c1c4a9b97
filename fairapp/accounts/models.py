"""Tables of people: accounts, sessions, tokens, links, memberships, profiles, consent and disclosures."""

import hashlib
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from fairapp.db import Base

ROLES = ("recruiter", "coach", "organizer")
# By code point everywhere, so that looking for the beginning of an address can use the index.
ADDRESS = String(320).with_variant(String(320, collation="C"), "postgresql")


def secret_hash(secret: str) -> str:
    """Return what is kept of a random secret; it has 256 bits, so a plain hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _only(where: str) -> dict[str, Any]:
    """Limit an index to the rows of this condition."""
    return {"sqlite_where": text(where), "postgresql_where": text(where)}


class Account(Base):
    """One person. Everyone may be a seeker; other roles come through memberships."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("language IN ('ko', 'en')", name="language"),
        CheckConstraint("erased_at IS NULL OR (email IS NULL AND password_hash IS NULL)", name="erased"),
        Index("ix_account_erase_at", "erase_at", **_only("erase_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(ADDRESS, unique=True)  # normalised; null: registered at the desk
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="ko")
    is_admin: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]  # when the person last came; null: not since the account was made
    warned_at: Mapped[datetime | None]  # when told that the account will be erased because nobody comes
    erase_at: Mapped[datetime | None]  # the person asked for it; until then it can be taken back
    erased_at: Mapped[datetime | None]  # nothing personal is left: an empty shell to which ids point


class AccountSession(Base):
    """One signed-in browser. The cookie holds a secret of which only the hash is kept."""

    __tablename__ = "account_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(45), default="")


class Token(Base):
    """A personal token for the API; only its hash is kept."""

    __tablename__ = "token"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class MailedLink(Base):
    """A link sent by mail, good once: confirm an address or set a new password.

    A link that confirms carries the name and password of the registration it belongs to: somebody else who registers the
    same address meanwhile cannot slip a password under the letter that its owner follows.
    """

    __tablename__ = "mailed_link"
    __table_args__ = (CheckConstraint("purpose IN ('confirm', 'reset')", name="purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(10))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)  # of the key that the mailed secret signs
    name: Mapped[str | None] = mapped_column(String(80))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInFailure(Base):
    """A wrong password given for an address; many of them slow that account down, whoever asks.

    A browser in which the account was signed in before counts by itself, so that an attack cannot keep its owner out.
    """

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_email_at", "email", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    browser: Mapped[str] = mapped_column(String(32), default="")  # of a known browser; empty: all others together
    at: Mapped[datetime]


_LASTING = "ended_at IS NULL AND {} IS NOT NULL"  # a role that ended may begin again


class Membership(Base):
    """A role of a person at an employer (recruiter) or an agency (coach, organizer)."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("role IN ('recruiter', 'coach', 'organizer')", name="role"),
        CheckConstraint(
            "(role = 'recruiter' AND employer_id IS NOT NULL AND agency_id IS NULL)"
            " OR (role <> 'recruiter' AND employer_id IS NULL AND agency_id IS NOT NULL)",
            name="one_organisation",
        ),
        Index(
            "uq_membership_employer",
            "account_id",
            "employer_id",
            "role",
            unique=True,
            **_only(_LASTING.format("employer_id")),
        ),
        Index(
            "uq_membership_agency",
            "account_id",
            "agency_id",
            "role",
            unique=True,
            **_only(_LASTING.format("agency_id")),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(String(12))
    employer_id: Mapped[int | None] = mapped_column(ForeignKey("employer.id"), index=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Profile(Base):
    """What a seeker tells of herself. Goes to an employer or agency only with her consent."""

    __tablename__ = "profile"
    __table_args__ = (
        CheckConstraint("segment IN ('youth', 'career_break', 'age_50_plus', 'returnee')", name="segment"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    phone: Mapped[str | None] = mapped_column(String(20))  # E.164
    birth_date: Mapped[date | None]
    region: Mapped[str | None] = mapped_column(String(5))
    intro: Mapped[str] = mapped_column(Text, default="")
    experience: Mapped[str] = mapped_column(Text, default="")
    experience_years: Mapped[int] = mapped_column(default=0)
    education: Mapped[str | None] = mapped_column(String(12))
    skills: Mapped[list[str]] = mapped_column(default=list)
    wish_occupation: Mapped[str | None] = mapped_column(String(4))
    wish_region: Mapped[str | None] = mapped_column(String(5))
    wish_employment_type: Mapped[str | None] = mapped_column(String(12))
    wish_salary: Mapped[int | None]  # KRW a year
    segment: Mapped[str | None] = mapped_column(String(12))
    updated_at: Mapped[datetime]


class Resume(Base):
    """The seeker's résumé, a PDF; served as a download, never inline."""

    __tablename__ = "resume"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_at: Mapped[datetime]


class Consent(Base):
    """A receipt: this seeker lets this employer or agency see these things, for this purpose, until then."""

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("(employer_id IS NULL) <> (agency_id IS NULL)", name="one_receiver"),
        Index("ix_consent_seeker_employer", "seeker_id", "employer_id"),
        Index("ix_consent_seeker_agency", "seeker_id", "agency_id"),
        Index("ix_consent_until", "until"),
        CheckConstraint("way IN ('page', 'desk', 'partner')", name="way"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    employer_id: Mapped[int | None] = mapped_column(ForeignKey("employer.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    purpose: Mapped[str] = mapped_column(String(40))  # `interview`, `coaching`
    scope: Mapped[str] = mapped_column(String(80))  # comma-separated: profile, resume, contact
    given_at: Mapped[datetime]
    until: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    way: Mapped[str] = mapped_column(String(8), server_default=text("'page'"))  # how: page, desk, partner
    stated_on: Mapped[date | None]  # the day on which she consented, as a partner states it
    wording: Mapped[str] = mapped_column(String(12), server_default=text("''"))  # which text she saw; rules.WORDINGS


class ConsentBar(Base):
    """Somebody does not see by this receipt, though it is his employer's now: it was given before two employers became one.

    `merge_id` is the merge that put it there, of a later domain, and that takes it away when it is undone.
    """

    __tablename__ = "consent_bar"
    __table_args__ = (Index("ix_consent_bar_account", "account_id"), Index("ix_consent_bar_merge", "merge_id"))

    consent_id: Mapped[int] = mapped_column(ForeignKey("consent.id"), primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    merge_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Disclosure(Base):
    """Somebody saw a seeker's data: who, for which receiver, under which consent, what. The seeker can read it."""

    __tablename__ = "disclosure"
    __table_args__ = (Index("ix_disclosure_seeker", "seeker_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    seeker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    viewer_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    consent_id: Mapped[int] = mapped_column(ForeignKey("consent.id"))
    what: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


class Destruction(Base):
    """A record that something was destroyed: by which rule, how many rows of it, when. Ids and numbers, never names.

    Personal Information Protection Act (PIPA) art. 21: what is not needed any more is destroyed without delay.
    """

    __tablename__ = "destruction"

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(20))  # of rules.CLOCKS, or `asked`
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)  # the shell, of an erasure
    rows: Mapped[int]
    at: Mapped[datetime]


class PersonFile(Base):
    """A person's own data as a file, made on request; it lies in the exports folder for a week."""

    __tablename__ = "person_file"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'making', 'ready', 'failed', 'deleted')", name="state"),
        Index("ix_person_file_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    asked_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]  # while making; a maker that died is followed by another
    file: Mapped[str | None] = mapped_column(String(120))  # its name within the folder
    size: Mapped[int | None]  # bytes
    made_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]  # the last time
