"""The API is as it describes itself, whatever it is sent: never a 5xx, and refusals are problems."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy.orm import Session

from fairapp import clock, create_app, db, openapi
from fairapp.accounts.models import Token, secret_hash
from fairapp.booths.models import Booth
from fairapp.fairs.models import Fair
from tests.concurrency.hall import Hall, build_hall
from tests.conftest import settings_for
from tests.factories import make_membership, make_seeker

EXAMPLES = 12  # of each call, in every run; 150 in the soak
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
CALLS = [(one.method, openapi.PREFIX + one.path) for one in openapi.CALLS]


class Served:
    """An app with a fair in it, tokens of people who may do something there, and ids that exist."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.hall: Hall = build_hall(db.of(app), clock.now(), seekers=6)
        db.of(app).write(self._staff)
        for slot, token in zip(self.hall.slots[::6], self.hall.tokens[2:], strict=True):
            made = app.test_client().post(
                "/api/v1/bookings", json={"slot": str(slot), "consent": True}, headers=as_(token)
            )
            assert made.status_code == 201, made.text
        self.schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)

    def _staff(self, session: Session) -> None:
        """Make somebody who organizes the fair and recruits for a booth."""
        fair, booth = session.get_one(Fair, self.hall.fair), session.get_one(Booth, self.hall.booths[0])
        who = make_seeker(session, created_at=clock.now()).id
        make_membership(session, account_id=who, role="organizer", agency_id=fair.agency_id)
        make_membership(session, account_id=who, role="recruiter", employer_id=booth.employer_id)
        times = {"created_at": clock.now(), "expires_at": fair.ends_at}
        session.add(Token(account_id=who, name="x", secret_hash=secret_hash("staff"), **times))

    def known(self, name: str) -> st.SearchStrategy[str]:
        """Draw an id that exists for a thing of that name, or one that does not."""
        ids = {"fair": [self.hall.fair], "booth": self.hall.booths, "slot": self.hall.slots, "booking": [1, 2, 3, 4]}
        return st.sampled_from([str(one) for one in ids.get(name, [1, 2])] + ["999", "attendance.csv", "listings.xlsx"])

    def someone(self) -> st.SearchStrategy[dict[str, str]]:
        """Draw the headers of a seeker, of staff, of nobody, or of somebody with a bad token."""
        tokens = [*self.hall.tokens, "staff", "staff", "staff"]
        return st.sampled_from([*(as_(token) for token in tokens), {}, as_("bad"), {"Authorization": "Basic eDp5"}])


def as_(token: str) -> dict[str, str]:
    """Return the headers of somebody signed in."""
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def served(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve one fair to all tests here: whatever they do to it, the API answers as described."""
    path = tmp_path_factory.mktemp("openapi") / "fairapp.db"
    shutil.copy(migrated_sqlite, path)
    app = create_app(settings_for(f"sqlite:///{path}"))
    yield Served(app)
    db.of(app).close()


def send_anything(served: Served, method: str, path: str, examples: int) -> None:
    """Call it with whatever its description allows, and with known ids half the time."""

    @settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=served.schema[path][method].as_strategy(), data=st.data())
    def holds(case: Any, data: st.DataObject) -> None:
        for name in list(case.path_parameters or ()):
            if data.draw(st.integers(0, 3)):
                case.path_parameters[name] = data.draw(served.known(name))
        if isinstance(case.body, dict):
            for name in {"slot", "listing"} & set(case.body):
                case.body[name] = data.draw(served.known(name))
        headers = data.draw(served.someone())
        if data.draw(st.booleans()):
            headers = {**headers, "If-Match": data.draw(st.sampled_from(['"1"', '"2"', 'W/"1"', "*", '"x"']))}
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS)
        if response.status_code >= 400:
            assert response.headers["content-type"] == ["application/problem+json"]

    holds()


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_every_call_answers_as_it_is_described(served: Served, method: str, path: str) -> None:
    send_anything(served, method, path, EXAMPLES)


@pytest.mark.soak
@pytest.mark.parametrize(("method", "path"), CALLS)
def test_every_call_answers_as_it_is_described_at_length(served: Served, method: str, path: str) -> None:
    send_anything(served, method, path, 150)


DEEP = b"[" * 100_000 + b"]" * 100_000
HUGE = b'{"slot": ' + b"9" * 5000 + b', "consent": true}'
BODIES = {
    "not JSON": b"slot=1",
    "cut off": b'{"slot": "1", "consent"',
    "not an object": b"[1, 2, 3]",
    "null": b"null",
    "a bare number": b"17",
    "too deep": DEEP,
    "deep inside": b'{"slot": ' + b'{"a": ' * 5000 + b"1" + b"}" * 5001,
    "NUL": b'{"slot": "1\\u0000", "note": "\\u0000", "code": "\\u0000", "reason": "\\u0000", "consent": true}',
    "a lone surrogate": b'{"slot": "\\ud800", "note": "\\udfff", "code": "\\ud800", "reason": "\\ud800"}',
    "a lone surrogate as a name": b'{"\\ud800": 1}',
    "a huge number": HUGE,
    "not a number": b'{"slot": NaN, "consent": Infinity}',
    "bytes of CP949": "{'slot': '면접'}".encode("cp949"),
    "UTF-16": '{"slot": "1"}'.encode("utf-16"),
    "a name twice": b'{"slot": "1", "slot": "x", "consent": true}',
    "too many names": b'{"' + b'": 1, "'.join(str(n).encode() for n in range(2000)) + b'": 1}',
    "an unknown name": b'{"constructor": {"prototype": 1}}',
}
WITH_BODY = [(one.method, openapi.PREFIX + one.path) for one in openapi.CALLS if one.body]
HANGUL = re.compile("[가-힣]")


def addressed(served: Served, path: str) -> str:
    """Return the path with ids that exist."""
    known = {"fair": served.hall.fair, "booth": served.hall.booths[0], "booking": 1}
    return re.sub(r"{(\w+)}", lambda found: str(known.get(found[1], 1)), path)


def assert_refused(answer: Any, language: str) -> None:
    """See that it is a problem, of the caller's making, that says so in the language."""
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json()
    assert {"type", "title", "status", "detail", "errors"} <= set(problem)
    assert problem["status"] == answer.status_code
    said = " ".join([problem["title"], problem["detail"], *(one["message"] for one in problem["errors"])])
    assert bool(HANGUL.search(said)) == (language == "ko"), said


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_a_body_that_makes_no_sense_is_refused_in_the_reader_s_language(served: Served, method: str, path: str) -> None:
    client, url = served.app.test_client(), addressed(served, path)
    for n, (what, body) in enumerate(BODIES.items()):
        for token in (served.hall.tokens[2], "staff")[n % 2 :]:
            headers = {**as_(token), "Accept-Language": "ko", "If-Match": '"1"', "Content-Type": "application/json"}
            answer = client.open(url, method=method, data=body, headers=headers)
            assert answer.status_code < 500, what
            assert_refused(answer, "ko")


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data", "application/json; charset=x", ""]
)
def test_a_body_of_another_type_is_refused(served: Served, method: str, path: str, kind: str) -> None:
    headers = {**as_("staff"), "Accept-Language": "ko", "If-Match": '"1"'}
    answer = served.app.test_client().open(
        addressed(served, path), method=method, data=b"<a/>", content_type=kind, headers=headers
    )
    assert_refused(answer, "ko")


IDS = [
    "0",
    "-1",
    "01",
    "1.0",
    "1e3",
    "9" * 30,
    "9223372036854775808",
    "٣",
    "１",
    "a",
    "%00",
    "%ED%A0%80",
    "%FF",
    "'--",
    "x" * 5000,
]


@pytest.mark.parametrize(("method", "path"), [one for one in CALLS if "{" in one[1]])
def test_an_id_that_cannot_be_one_is_not_found(served: Served, method: str, path: str) -> None:
    client = served.app.test_client()
    for bad in IDS:
        url = re.sub(r"{\w+}", lambda _, bad=bad: bad, path)
        headers = {**as_("staff"), "Accept-Language": "ko", "If-Match": '"1"'}
        answer = client.open(url, method=method, json={} if method != "GET" else None, headers=headers)
        assert_refused(answer, "ko")


QUERIES = ["limit=0", "limit=201", "limit=-1", "limit=x", "limit=" + "9" * 5000, "cursor=x", "cursor=%00", "cursor=W10"]
QUERIES += ["cursor=WzFd", "cursor=bnVsbA", "cursor=WyIyMDI2LTExLTI0VDAxOjAwOjAwIiwxXQ", "cursor=" + "A" * 301]
PAGED = [
    (one.method, openapi.PREFIX + one.path) for one in openapi.CALLS if one.query and "cursor" in one.query.model_fields
]


@pytest.mark.parametrize(("method", "path"), PAGED)
@pytest.mark.parametrize("query", QUERIES)
def test_a_list_refuses_limits_and_cursors_that_are_not_its_own(
    served: Served, method: str, path: str, query: str
) -> None:
    answer = served.app.test_client().get(
        f"{addressed(served, path)}?{query}", headers={**as_("staff"), "Accept-Language": "ko"}
    )
    if answer.status_code != 200 or query not in {"cursor=WzFd"}:  # [1]: the cursor of lists by id
        assert_refused(answer, "ko")


@pytest.mark.parametrize("match", ["", "1", '"x"', "*", '"-1"', '"' + "9" * 40 + '"', '"1", "2"'])
def test_if_match_is_asked_for_and_read(served: Served, match: str) -> None:
    headers = {**as_(served.hall.tokens[2]), **({"If-Match": match} if match else {})}
    answer = served.app.test_client().patch("/api/v1/bookings/999", json={"slot": "1"}, headers=headers)
    expected = {"": 428, "1": 404}.get(match, 412)
    assert (answer.status_code, answer.mimetype) == (expected, "application/problem+json")
