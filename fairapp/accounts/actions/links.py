"""Links sent by mail. A link is good once; what it does is done by whoever holds it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fairapp.accounts import pushes, queries
from fairapp.accounts.models import MailedLink, secret_hash
from fairapp.accounts.rules import CONFIRM_LASTS, RESET_LASTS, LinkGone, new_secret
from fairapp.live.actions import post


@dataclass(frozen=True, slots=True)
class Used:
    """What a link that was just used stood for."""

    account_id: int
    name: str | None
    password_hash: str | None


def send_confirm(session: Session, account_id: int, name: str, password_hash: str | None, now: datetime) -> None:
    """Post a letter whose link confirms the address and puts this name and password in force."""
    key = new_secret()
    session.add(
        MailedLink(
            account_id=account_id,
            purpose="confirm",
            key_hash=secret_hash(key),
            name=name,
            password_hash=password_hash,
            created_at=now,
            expires_at=now + CONFIRM_LASTS,
        )
    )
    session.flush()
    post(session, [pushes.confirm_letter(account_id, key, now)])


def confirm_again(session: Session, account_id: int, now: datetime) -> None:
    """Post a new link to somebody who knows the password of an account whose address is not confirmed yet."""
    found = queries.person(session, account_id)
    if found is not None and found.confirmed_at is None and found.disabled_at is None:
        send_confirm(session, found.id, found.name, found.password_hash, now)


def ask_reset(session: Session, email: str, now: datetime) -> None:
    """Post a letter with a link for a new password, if there is such an account. Nothing tells the caller whether."""
    found = queries.credentials(session, email)
    if found is None or found.disabled_at is not None:
        return
    key = new_secret()
    session.add(
        MailedLink(
            account_id=found.id,
            purpose="reset",
            key_hash=secret_hash(key),
            created_at=now,
            expires_at=now + RESET_LASTS,
        )
    )
    session.flush()
    post(session, [pushes.reset_letter(found.id, key, now)])


def use(session: Session, key: str, purpose: str, now: datetime) -> Used:
    """Use a link up and return what it stands for; LinkGone if it is used, too old or of another purpose."""
    taken = (
        update(MailedLink)
        .where(
            MailedLink.key_hash == secret_hash(key),
            MailedLink.purpose == purpose,
            MailedLink.used_at.is_(None),
            MailedLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(MailedLink.account_id, MailedLink.name, MailedLink.password_hash)
    )
    row = session.execute(taken).first()
    if row is None:
        raise LinkGone
    owner = queries.person(session, row.account_id)
    if owner is None or owner.disabled_at is not None:
        raise LinkGone
    return Used(*row)


def use_up_others(session: Session, account_id: int, now: datetime) -> None:
    """Make every other link of the account useless."""
    still = select(MailedLink.id).where(MailedLink.account_id == account_id, MailedLink.used_at.is_(None))
    session.execute(update(MailedLink).where(MailedLink.id.in_(still)).values(used_at=now))
