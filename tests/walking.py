"""Walking every GET route as every role and looking for the canary: what of her is shown where, found, not listed by hand."""

import io
import re
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from fairapp import db
from fairapp.outcomes import queries as outcomes
from fairapp.outcomes.pages.hall import screen_key
from fairapp.scheduling.pushes import coming_secret, feed_secret
from tests import factories
from tests.canary import MAIL, NAME, SAID, Canary
from tests.outcomes.cast import Cast
from tests.signing_in import bearer_of, browser_of

# Kinds of data and by what they are recognised.
SIGNS: Mapping[str, re.Pattern[str]] = {
    "name": re.compile(NAME),
    "contact": re.compile(f"{re.escape(MAIL)}|9876-?1234"),
    "birth": re.compile(r"1991-02-03"),
    "profile": re.compile(f"{SAID}-intro"),
    "note": re.compile(f"{SAID}-(note|answer)"),
    "session-note": re.compile(f"{SAID}-shared"),
    "private-note": re.compile(f"{SAID}-private"),
    "appeal": re.compile(f"{SAID}-(appeal|dispute|report)"),
    "document": re.compile(f"{SAID}-reference"),
    "case": re.compile(f"{SAID}-(goal|plan|case|why)"),
    "other": re.compile(
        f"{SAID}(?!-(intro|note|answer|shared|private|appeal|dispute|report|reference|goal|plan|case|why))"
    ),
}
# Ways that only answer to a question in the address.
ASKED: Mapping[str, list[str]] = {
    "outcomes.behind": ["?of=hires", "?of=booked", "?of=interviewed"],
    "outcomes.tower_rows": ["?of=hires", "?of=interviewed"],
    "accounts.admin_accounts": ["", "?q=canary"],
    "outcomes.badges": ["", "?who=seekers"],
    "outcomes.desk": ["", "?who={canary}"],
    "outcomes.exports": ["", "?kind=bookings"],
}
LEFT_OUT = {"static"}
# Parts of addresses of which the first there is will do.
FIRSTS = (
    *(
        "agreement",
        "ask",
        "candidacy",
        "case",
        "correction",
        "double",
        "draw",
        "job",
        "pool",
        "programme",
        "record",
        "referral",
        "run",
        "site",
        "source",
    ),
    *("stop", "visit", "webhook"),
    # of ways that change something
    *("appeal", "block", "delivery", "dispute", "duty", "goal", "merge", "offer", "order", "outcome", "pair", "plan"),
    *("membership", "report", "session_id", "token", "token_id"),
)
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
ENDING = {
    "accounts.end_membership",
    "accounts.sign_out",
    "accounts.ask_erasure",
    "accounts.erase_for",
    "accounts.disable_account",
}  # after which there is nobody to look


@dataclass
class Walk:
    """An app with its cast and the canary, and one browser a role."""

    app: Flask
    cast: Cast
    canary: Canary
    browsers: dict[str, FlaskClient] = field(default_factory=dict)
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    values: dict[str, dict[str, list[str]]] = field(default_factory=dict)  # by role: see values_of


def begin(app: Flask, cast: Cast, canary: Canary) -> Walk:
    """Sign everybody in: who has to do with her, and as many who have not."""

    def others(session: Session) -> dict[str, int]:
        make = factories.make_membership
        booth = factories.make_booth(session, fair_id=cast.fair)
        coach = factories.make_coach(session, cast.fair)
        admin = factories.make_account(session, is_admin=True, name="한관리")
        agency = factories.make_agency(session)
        return {
            "other recruiter": make(session, role="recruiter", employer_id=booth.employer_id).account_id,
            "other coach": coach.account_id,
            "other organizer": make(session, role="organizer", agency_id=agency.id).account_id,
            "admin": admin.id,
        }

    walk = Walk(app, cast, canary)
    walk.accounts = {
        "seeker": cast.stranger,
        "recruiter": cast.recruiter,
        "coach": cast.coach_account,
        "organizer": cast.organizer,
        **db.of(app).write(others),
    }
    for role, account in walk.accounts.items():
        walk.browsers[role] = browser_of(app, account)
        walk.tokens[role] = bearer_of(app, account)
    walk.browsers["nobody"], walk.tokens["nobody"] = app.test_client(), {}
    return walk


def values_of(walk: Walk, role: str) -> dict[str, list[str]]:
    """Return what is put into the addresses: everything that has to do with her."""
    cast, canary = walk.cast, walk.canary
    account = walk.accounts.get(role, canary.id)
    bookings = [canary.met, canary.coached, canary.coming]
    with db.of(walk.app).read() as session:
        slots = [outcomes.meeting(session, one).id for one in bookings]
    texts: dict[str, list[Any]] = {
        "account": [canary.id],
        "agency": [cast.agency],
        "booking": bookings,
        "booth": [cast.booth],
        "coach": [cast.coach],
        "consent": list(range(1, 9)),
        "employer": [cast.employer],
        "field": ["birth_date"],
        "entry": [canary.line_entry],
        "fair": [cast.fair],
        "file": [f"{kind}.{form}" for kind in outcomes.KINDS for form in outcomes.FORMATS] + ["1"],
        "form": ["pdf", "csv"],
        "host": [cast.recruiter],
        "kind": ["shared", "private"],
        "key": [screen_key(cast.fair, kind, cast.organizer) for kind in ("wall", "kiosk")],
        "listing": [cast.listing],
        "person": [canary.id],
        "ref": [cast.slug],
        "secret": [feed_secret(account, 0), coming_secret(canary.coming, canary.id, 0)],
        "seeker": [canary.id],
        "slot": slots,
        "slug": [cast.slug],
    }
    return {**{name: ["1"] for name in FIRSTS}, **{name: [str(one) for one in many] for name, many in texts.items()}}


def ways(app: Flask) -> list[Rule]:
    """Return every route that answers to GET."""
    found = [
        rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint not in LEFT_OUT
    ]
    return sorted(found, key=lambda rule: rule.rule)


def addresses(walk: Walk, rule: Rule, role: str) -> Iterator[str]:
    """Give the addresses of a route: each of its parts once with each value. KeyError for a part that has no value here."""
    if role not in walk.values:
        walk.values[role] = values_of(walk, role)
    known = walk.values[role]
    names = sorted(rule.arguments)
    count = max([1, *(len(known[name]) for name in names)])
    for n in range(count):
        part = {name: known[name][n % len(known[name])] for name in names}
        path = rule.rule
        for name, value in part.items():
            path = re.sub(rf"<(?:\w+:)?{name}>", value, path)
        for asked in ASKED.get(rule.endpoint, [""]):
            yield path + asked.format(canary=walk.canary.id)


def seen(walk: Walk, role: str, only: set[str] | None = None) -> dict[str, set[str]]:
    """Return, by route, which kinds of her data this role is shown; of all routes or only of these."""
    found: dict[str, set[str]] = {}
    for rule in ways(walk.app):
        if only is not None and rule.endpoint not in only:
            continue
        for path in addresses(walk, rule, role):
            headers = walk.tokens[role] if path.startswith("/api/") else {}
            answer = walk.browsers[role].get(path, headers=headers)
            assert answer.status_code < 500, path
            kinds = kinds_in(text_of(answer.data, answer.content_type or ""))
            if kinds:
                found.setdefault(rule.endpoint, set()).update(kinds)
    return found


def told_back(walk: Walk, role: str, body: Mapping[str, str], only: set[str] | None = None) -> dict[str, set[str]]:
    """Send the body to every way that changes something; return, by route, which kinds of her data the answers show."""
    found: dict[str, set[str]] = {}
    rules = [rule for rule in walk.app.url_map.iter_rules() if CHANGING & (rule.methods or set())]
    for rule in sorted(rules, key=lambda rule: rule.rule):
        if rule.endpoint in ENDING or (only is not None and rule.endpoint not in only):
            continue
        for n, path in enumerate(addresses(walk, rule, role)):
            for method in sorted(CHANGING & (rule.methods or set())):
                api = path.startswith("/api/")
                headers = {"Idempotency-Key": f"{role}-{rule.endpoint}-{method}-{n}", "If-Match": '"1"'}
                given = {"json": dict(body), "headers": headers | walk.tokens[role]} if api else {"data": dict(body)}
                answer = walk.browsers[role].open(path, method=method, **given)
                if role in walk.accounts and "/sign-in" in (answer.location or ""):  # an earlier one has signed out
                    walk.browsers[role] = browser_of(walk.app, walk.accounts[role])
                    answer = walk.browsers[role].open(path, method=method, **given)
                assert answer.status_code < 500, (method, path)
                kinds = kinds_in(text_of(answer.data, answer.content_type or ""))
                if kinds:
                    found.setdefault(rule.endpoint, set()).update(kinds)
    return found


def kinds_in(text: str) -> set[str]:
    """Return which kinds of her data stand in a text."""
    return {kind for kind, sign in SIGNS.items() if sign.search(text)}


def text_of(data: bytes, content_type: str) -> str:
    """Return what a file says: PDF as printed, workbooks as their parts, all else as it is."""
    if "pdf" in content_type:
        done = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=False)
        return done.stdout.decode("utf-8", "replace").replace("\n", " ") or data.decode("utf-8", "replace")
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return " ".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return data.decode("utf-8", "replace")
