"""Addresses, names, secrets and how long they hold."""

import secrets
import unicodedata
from datetime import timedelta
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l

from fairapp.errors import AppError, Conflict, Invalid

CONFIRM_LASTS = timedelta(days=3)
RESET_LASTS = timedelta(hours=2)
SESSION_LASTS = timedelta(days=14)  # since it was last seen
TOUCH_EVERY = timedelta(hours=1)  # a session's last sight is written no oftener
TOKEN_LASTS = timedelta(days=90)
MOST_TOKENS = 200  # that hold, of one account
MOST_WRONG = 10  # passwords within the window
WRONG_WINDOW = timedelta(minutes=15)


class WrongCredentials(AppError):
    """No such account, a wrong password, an address not confirmed, or a disabled account: never said which."""

    status = 401
    slug = "wrong-credentials"
    title = _l("메일 주소나 비밀번호가 맞지 않아요")
    sentence = _l(
        "메일 주소나 비밀번호가 맞지 않아요. 아직 확인하지 않은 주소라면 확인 메일을 새로 보냈으니 메일함을 봐 주세요."
    )
    headers = {"WWW-Authenticate": "Bearer"}

    def __init__(self) -> None:
        super().__init__(self.sentence)


class LinkGone(AppError):
    """A mailed link that is used, too old, or none of ours."""

    status = 404
    slug = "link-gone"
    title = _l("더는 쓸 수 없는 링크예요")

    def __init__(self) -> None:
        super().__init__(
            _l("이미 썼거나 시간이 지난 링크예요. 새 링크를 메일로 받아 주세요."),
            links=[("/reset", _l("새 링크 받기")), ("/sign-in", _l("로그인"))],
        )


class TooManyTokens(Conflict):
    """An account holds as many tokens as it may."""

    slug = "too-many-tokens"
    title = _l("토큰이 너무 많아요. 쓰지 않는 토큰을 먼저 지워 주세요")


class AddressTaken(Conflict):
    """An account with this address exists; told only to those who run the place."""

    slug = "address-taken"
    title = _l("이미 있는 계정이에요")


def normal_email(text: str) -> str:
    """Return the address in the one form that is kept: Unicode NFC, lower case; Invalid if it cannot be one.

    Capitals are folded in the local part too: people do not remember how they wrote it, and no mail service in use gives
    two of them to two people. An address such as 홍길동@한국.kr is kept as it is (RFC 6531); a punycode domain is its
    Unicode form. Whether the domain takes mail is not asked: that would be network I/O and tells strangers' typing. The
    reserved .test (RFC 2606) is let through: lists that are tried out use it.
    """
    try:
        normal = validate_email(text.strip(), check_deliverability=False, test_environment=True).normalized.lower()
    except (EmailNotValidError, UnicodeError) as error:
        raise Invalid.one("email", _l("메일 주소를 확인해 주세요. 예: hong@example.kr")) from error
    if len(normal) > 254:
        raise Invalid.one("email", _l("메일 주소가 너무 길어요"))
    return normal


def normal_name(text: str) -> str:
    """Return the name with single spaces; Invalid when empty, over 80 characters, or with signs nobody can see."""
    if any(unicodedata.category(c) in {"Cc", "Co", "Cs", "Zl", "Zp"} for c in text.strip()):
        raise Invalid.one("name", _l("이름에 쓸 수 없는 글자가 있어요"))
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if not any(unicodedata.category(c)[0] in "LN" for c in name):
        raise Invalid.one("name", _l("이름을 적어 주세요"))
    if len(name) > 80:
        raise Invalid.one("name", _l("이름은 80자까지 쓸 수 있어요"))
    return name


def new_secret() -> str:
    """Return a random secret of 256 bits, safe in a URL, a header and a cookie."""
    return secrets.token_urlsafe(32)


def local_path(wanted: str | None) -> str:
    """Return the path to go on to if it lies on this site, otherwise `/`: nobody is sent elsewhere by a link to us."""
    if not wanted or not wanted.startswith("/") or wanted[1:2] in {"/", "\\"} or len(wanted) > 1000:
        return "/"
    if not wanted.isprintable() or "\\" in wanted:
        return "/"
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    return wanted if not parts.scheme and not parts.netloc else "/"


BROWSERS = (("Edg/", "Edge"), ("SamsungBrowser/", "Samsung Internet"), ("Whale/", "Whale"), ("Firefox/", "Firefox"))
LATE_BROWSERS = (("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari"))  # others name these too
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
)


def browser_words(user_agent: str) -> str:
    """Return a browser as its owner would call it, such as `Chrome · Android`; empty if there is nothing to know it by."""
    browser = next((name for sign, name in BROWSERS + LATE_BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in (*SYSTEMS, ("Linux", "Linux")) if sign in user_agent), "")
    return " · ".join(part for part in (browser, system) if part)
