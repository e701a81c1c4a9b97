"""Letters about accounts: what is posted, as plain data, and how each reads.

A mailed link is good for an account, so no row holds one. The outbox keeps a random key; the secret in the link is that key
signed with SECRET_KEY, made when the letter is rendered; `mailed_link` keeps the key's hash. Neither table, nor both, make a
link that works.
"""

import hashlib
from datetime import datetime

from flask import current_app, render_template
from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature, Signer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account, MailedLink, secret_hash
from fairapp.clock import rfc3339
from fairapp.config import Settings
from fairapp.live.actions import Letter
from fairapp.mail import OutboxRow, Rendered, Renderer


def confirm_letter(account_id: int, key: str, now: datetime) -> Letter:
    """Describe the letter with the link that confirms an address."""
    return Letter(f"confirm:{key}", "account.confirm", account_id, now, {"key": key})


def reset_letter(account_id: int, key: str, now: datetime) -> Letter:
    """Describe the letter with the link that sets a new password."""
    return Letter(f"reset:{key}", "account.reset", account_id, now, {"key": key})


def known_letter(account_id: int, now: datetime) -> Letter:
    """Describe the letter to somebody who has an account and registers again; one an hour is enough."""
    return Letter(f"known:{account_id}:{now:%Y%m%d%H}", "account.known", account_id, now, {})


def changed_letter(account_id: int, now: datetime) -> Letter:
    """Describe the letter that tells of a new password."""
    return Letter(f"changed:{account_id}:{now:%Y%m%d%H%M%S%f}", "account.changed", account_id, now, {})


def erasing_letter(account_id: int, at: datetime, now: datetime) -> Letter:
    """Describe the letter to somebody who asked to be erased: until when it can be taken back."""
    return Letter(f"erasing:{account_id}:{now:%Y%m%d%H%M%S%f}", "account.erasing", account_id, now, {"at": rfc3339(at)})


def quiet_letter(account_id: int, at: datetime, now: datetime) -> Letter:
    """Describe the letter to somebody who has not come for long: the account will be erased then, unless she comes."""
    return Letter(f"quiet:{account_id}:{now:%Y%m%d}", "account.quiet", account_id, now, {"at": rfc3339(at)})


def _signer() -> Signer:
    return Signer(current_app.config["SECRET_KEY"], salt="fairapp.accounts.mailed-link", digest_method=hashlib.sha256)


def link_secret(key: str) -> str:
    """Return the secret that stands in the link of this key."""
    return _signer().sign(key).decode()


def link_key(secret: str) -> str | None:
    """Return the key that a secret signs, or None if the secret is not one of ours."""
    try:
        return _signer().unsign(secret).decode("ascii")
    except (BadSignature, UnicodeError):
        return None


def _letter(template: str, language: str, subject: LazyString, path: str, **facts: object) -> Rendered:
    settings: Settings = current_app.config["SETTINGS"]
    with force_locale(language):
        url = f"{settings.base_url}{path}"
        text = render_template(f"letters/{template}.txt", url=url, site=settings.base_url, **facts)
        return Rendered(str(subject), text.strip() + "\n")


def _link_letter(template: str, subject: LazyString, path: str) -> Renderer:
    """Return the renderer of a letter with a link; None, once the link is of no use any more."""

    def render(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
        key = str(row.data["key"])
        wanted = (
            select(func.coalesce(MailedLink.name, Account.name))
            .join(Account, Account.id == MailedLink.account_id)
            .where(
                MailedLink.key_hash == secret_hash(key),
                MailedLink.used_at.is_(None),
                MailedLink.expires_at > now,
                Account.disabled_at.is_(None),
            )
        )
        name = session.scalar(wanted)
        return _letter(template, language, subject, path + link_secret(key), name=name) if name else None

    return render


def _plain_letter(template: str, subject: LazyString, path: str) -> Renderer:
    """Return the renderer of a letter without a secret; None, once the account is disabled."""

    def render(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
        wanted = select(Account.name).where(Account.id == row.account_id, Account.disabled_at.is_(None))
        name = session.scalar(wanted)
        return _letter(template, language, subject, path, name=name) if name else None

    return render


def _dated_letter(template: str, subject: LazyString, path: str) -> Renderer:
    """Return the renderer of a letter about a day to come; None, once the account is disabled."""

    def render(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
        wanted = select(Account.name).where(Account.id == row.account_id, Account.disabled_at.is_(None))
        name = session.scalar(wanted)
        at = datetime.fromisoformat(str(row.data["at"]))
        return _letter(template, language, subject, path, name=name, at=at, zone="Asia/Seoul") if name else None

    return render


# By kind, for mail.renderers.
RENDERERS: dict[str, Renderer] = {
    "account.confirm": _link_letter("confirm", _l("메일 주소를 확인해 주세요"), "/confirm/"),
    "account.reset": _link_letter("reset", _l("비밀번호를 새로 정해 주세요"), "/reset/"),
    "account.known": _plain_letter("known", _l("이미 가입하셨어요"), "/reset"),
    "account.erasing": _dated_letter("erasing", _l("계정을 지울 준비를 하고 있어요"), "/account/erasure"),
    "account.quiet": _dated_letter("quiet", _l("오래 쓰지 않은 계정이 곧 지워져요"), "/sign-in"),
    "account.changed": _plain_letter("changed", _l("비밀번호가 바뀌었어요"), "/reset"),
}
