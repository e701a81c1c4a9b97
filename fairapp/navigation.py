"""The ways through the site. Each domain's pages put theirs here; who sees which is decided for each reader."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, has_request_context, request, url_for
from flask_babel import LazyString


def everybody(_caller: Any) -> bool:
    """Show it to all."""
    return True


def signed_in(caller: Any) -> bool:
    """Show it to those with an account."""
    return caller is not None


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry: `who` gets the guards' Caller, or None for somebody not signed in; lower `order` stands first."""

    label: LazyString
    endpoint: str
    icon: str = ""  # a symbol of static/icons.svg
    who: Callable[[Any], bool] = everybody
    order: int = 50
    values: dict[str, Any] = field(default_factory=dict)  # of the URL


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as the templates draw it."""

    url: str
    label: str
    icon: str
    current: bool


items: list[NavItem] = []  # the main ways: at the top of a desk, at the bottom of a phone, so few
account_items: list[NavItem] = []  # in the menu under one's name


def _shown(entries: list[NavItem], caller: Any) -> list[Shown]:
    seen = sorted((entry for entry in entries if entry.who(caller)), key=lambda entry: entry.order)
    urls = [url_for(entry.endpoint, **entry.values) for entry in seen]
    # The longest way that leads here is where the reader is.
    leading = [url for url in urls if request.path == url or (url != "/" and request.path.startswith(url + "/"))]
    here = max(leading, key=len, default="")
    return [Shown(url, str(e.label), e.icon, url == here) for e, url in zip(seen, urls, strict=True)]


def register(app: Flask, identify: Callable[[], Any]) -> None:
    """Give the templates `nav_items` and `account_links`; `identify` returns the caller or None."""

    @app.context_processor
    def ways() -> dict[str, Any]:
        if not has_request_context():  # a letter
            return {}
        caller = identify()
        links = [(shown.url, shown.label) for shown in _shown(account_items, caller)]
        return {"nav_items": _shown(items, caller), "account_links": links}
