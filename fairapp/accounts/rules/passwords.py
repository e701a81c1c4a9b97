"""Passwords: what is asked of one, and argon2id. Hashing takes long, so it runs at the edge, never in a transaction."""

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from flask_babel import lazy_gettext as _l

from fairapp.cores import any_core
from fairapp.errors import Invalid

SHORTEST, LONGEST = 10, 200

# 19 MiB, two passes, one lane: the OWASP Password Storage Cheat Sheet's setting for argon2id (2025). A heavier one would let
# a lecture hall that signs in at once keep two cores busy for a minute.
hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Of 64 request threads at most 8 hash at a time: memory stays bounded, and the rest of the site answers meanwhile.
_places = threading.BoundedSemaphore(8)
# Checked when there is no account, so that the answer takes as long as for one that exists.
_nobody = hasher.hash("nobody has this password")


def _plain(password: str) -> str:
    # The same keys give differently composed Hangul on different systems (NIST SP 800-63B, 3.1.1.2).
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, email: str, name: str) -> None:
    """Raise Invalid for a password that is too short, too long, or the address or name itself.

    Nothing is asked about kinds of signs: that makes people write worse passwords (NIST SP 800-63B, 3.1.1.2).
    """
    if len(password) < SHORTEST:
        raise Invalid.one("password", _l("비밀번호는 10자 이상이어야 해요"))
    if len(password) > LONGEST:
        raise Invalid.one("password", _l("비밀번호는 200자까지 쓸 수 있어요"))
    folded = _plain(password).casefold()
    if folded in {email.casefold(), email.partition("@")[0].casefold(), _plain(name).casefold()}:
        raise Invalid.one("password", _l("메일 주소나 이름과 다른 비밀번호를 정해 주세요"))
    if len(set(folded)) < 3:
        raise Invalid.one("password", _l("같은 글자만 되풀이하지 말아 주세요"))


def hash_password(password: str) -> str:
    """Return the argon2id hash. Takes tens of milliseconds."""
    with _places, any_core():
        return hasher.hash(_plain(password))


def password_matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one kept; without one it takes as long and is never."""
    right = False
    with _places, any_core():
        try:
            right = hasher.verify(kept or _nobody, _plain(password[: LONGEST + 1]))
        except (Argon2Error, InvalidHashError):
            right = False
    return right and kept is not None and len(password) <= LONGEST


def needs_rehash(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return hasher.check_needs_rehash(kept)
