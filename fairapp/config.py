"""Every setting: what it means, its default, and the check that stops a start with a bad value."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance"


class ConfigError(Exception):
    """A setting has no usable value; the sentence says which and what would do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process, read once."""

    environment: str  # FAIRAPP_ENV: `development` or `production` (default)
    database_url: str  # DATABASE_URL: sqlite:///… or postgresql://…; default SQLite in instance/
    redis_url: str | None  # REDIS_URL: redis://…; limits then count across processes
    secret_key: str  # SECRET_KEY: at least 16 characters; required unless development
    base_url: str  # BASE_URL: the address people type; links in letters begin with it
    mail_url: str  # MAIL_URL: smtp://, smtp+starttls://, smtps:// or file:FOLDER (development: .eml files)
    mail_from: str  # FAIRAPP_MAIL_FROM: the sender of every letter
    host: str  # FAIRAPP_HOST: where the server listens; default 127.0.0.1
    port: int  # PORT: default 5000
    rate_limits: bool  # RATE_LIMITS: `on` (default) or `off`, the latter for load measurements only
    threads: int  # FAIRAPP_THREADS: HTTP requests served at once by the embedded server; default 64
    sockets: int  # FAIRAPP_SOCKETS: live sockets at most in one embedded process; the rest poll; default 900
    webhooks_anywhere: bool  # FAIRAPP_WEBHOOKS: `public` (default) or `anywhere`, the latter to try them on one machine
    proxies: int  # FAIRAPP_PROXIES: reverse proxies whose X-Forwarded-* are believed; default 0

    @property
    def development(self) -> bool:
        """Whether this runs on somebody's own machine."""
        return self.environment == "development"

    @property
    def sqlite(self) -> bool:
        """Whether the embedded database is used: one server process, no `work`, no `hub`."""
        return self.database_url.startswith("sqlite")


KNOWN_PREFIXED = {
    "FAIRAPP_ENV",
    "FAIRAPP_MAIL_FROM",
    "FAIRAPP_HOST",
    "FAIRAPP_THREADS",
    "FAIRAPP_SOCKETS",
    "FAIRAPP_PROXIES",
    "FAIRAPP_WEBHOOKS",
    "FAIRAPP_TEST_WITHOUT",  # read by bootstrap.py
}


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of the environment; ConfigError names the first that is wrong."""
    unknown = sorted(k for k in environ if k.startswith("FAIRAPP_") and k not in KNOWN_PREFIXED)
    if unknown:
        raise ConfigError(f"{unknown[0]} is not a setting of fairapp.")
    environment = _choice(environ, "FAIRAPP_ENV", "production", {"development", "production"})
    port = _number(environ, "PORT", 5000, 1, 65535)
    settings = Settings(
        environment=environment,
        database_url=_database_url(environ.get("DATABASE_URL") or f"sqlite:///{INSTANCE / 'fairapp.db'}"),
        redis_url=_url(environ, "REDIS_URL", {"redis", "rediss", "unix"}) or None,
        secret_key=_secret(environ, environment),
        base_url=(_url(environ, "BASE_URL", {"http", "https"}) or f"http://127.0.0.1:{port}").rstrip("/"),
        mail_url=_url(environ, "MAIL_URL", {"smtp", "smtps", "smtp+starttls", "file"}) or f"file:{INSTANCE / 'mail'}",
        mail_from=_sender(environ),
        host=environ.get("FAIRAPP_HOST") or "127.0.0.1",
        port=port,
        rate_limits=_choice(environ, "RATE_LIMITS", "on", {"on", "off"}) == "on",
        threads=_number(environ, "FAIRAPP_THREADS", 64, 1, 512),
        sockets=_number(environ, "FAIRAPP_SOCKETS", 900, 0, 2000),
        webhooks_anywhere=_choice(environ, "FAIRAPP_WEBHOOKS", "public", {"public", "anywhere"}) == "anywhere",
        proxies=_number(environ, "FAIRAPP_PROXIES", 0, 0, 5),
    )
    return settings


def _choice(environ: Mapping[str, str], name: str, default: str, allowed: set[str]) -> str:
    value = environ.get(name) or default
    if value not in allowed:
        raise ConfigError(f"{name} must be one of {', '.join(sorted(allowed))}, not {value!r}.")
    return value


def _number(environ: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    value = environ.get(name) or str(default)
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        raise ConfigError(f"{name} must be a whole number from {low} to {high}, not {value!r}.")
    return int(value)


def _url(environ: Mapping[str, str], name: str, schemes: set[str]) -> str:
    value = environ.get(name) or ""
    try:
        parts = urlsplit(value)
        complete = parts.scheme in {"file", "unix"} or (bool(parts.hostname) and (parts.port or 1) > 0)
    except ValueError as error:
        raise ConfigError(f"{name} is no address: {error}.") from error
    if value and parts.scheme not in schemes:
        raise ConfigError(f"{name} must begin with one of {', '.join(sorted(s + ':' for s in schemes))}")
    if value and not complete:
        raise ConfigError(f"{name} must name a host, as in {parts.scheme}://host.")
    return value


def _sender(environ: Mapping[str, str]) -> str:
    value = environ.get("FAIRAPP_MAIL_FROM") or "fairapp <no-reply@fairapp.example>"
    _, address = parseaddr(value)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address) or "\n" in value:
        raise ConfigError("FAIRAPP_MAIL_FROM must be a mail address, as in fairapp <no-reply@example.kr>.")
    return value


def _database_url(value: str) -> str:
    try:
        url = make_url(value)
    except (ArgumentError, ValueError) as error:
        raise ConfigError("DATABASE_URL cannot be read: sqlite:///FILE or postgresql://USER@HOST/NAME.") from error
    backend = url.get_backend_name()
    if backend == "postgres":
        url = url.set(drivername="postgresql")
    elif backend not in {"sqlite", "postgresql"}:
        raise ConfigError(f"DATABASE_URL must be SQLite or PostgreSQL, not {backend}.")
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    elif not url.database or url.database == ":memory:":
        raise ConfigError("DATABASE_URL must name a file: an SQLite database in memory loses what was acknowledged.")
    return url.render_as_string(hide_password=False)


def _secret(environ: Mapping[str, str], environment: str) -> str:
    value = environ.get("SECRET_KEY") or ""
    if value and len(value) < 16:
        raise ConfigError("SECRET_KEY must have at least 16 characters.")
    if value:
        return value
    if environment != "development":
        raise ConfigError("SECRET_KEY is required: a long random text, the same for every process.")
    # A key of its own for each machine, kept, so that a restart does not sign everybody out.
    INSTANCE.mkdir(exist_ok=True)
    kept = INSTANCE / "secret_key"
    try:
        with kept.open("x", encoding="ascii") as file:
            kept.chmod(0o600)
            file.write(secrets.token_urlsafe(32))
    except FileExistsError:
        pass
    return kept.read_text("ascii")
