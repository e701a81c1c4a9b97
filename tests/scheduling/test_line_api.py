"""The walk-in line over the API: opened, joined, called, met; who may do what, and bad input."""

from typing import Any

import pytest
from sqlalchemy import select

from fairapp.scheduling.models import Booking, LineEntry
from tests.scheduling.cast import Cast


def send(cast: Cast, who: int | None, method: str, path: str, body: Any = None) -> Any:
    """Call the API."""
    return cast.client(who).open(f"/api/v1{path}", method=method, json=body)


def problem(answer: Any) -> tuple[int, str]:
    """Return which problem it is."""
    return answer.status_code, str(answer.json["type"]).rsplit("/", 1)[-1]


def opened(cast: Cast) -> str:
    """Open the line, and return its path."""
    path = f"/booths/{cast.booth}/line"
    answer = send(cast, cast.recruiter, "PUT", path, {"minutes": 15})
    assert (answer.status_code, answer.json["open"], answer.json["waiting"]) == (200, True, 0)
    return path


def test_two_stand_in_line_and_one_meets(cast_on_both: Cast) -> None:
    cast = cast_on_both
    path = opened(cast)
    first = send(cast, cast.seeker, "POST", f"{path}/entries", {"consent": True})
    again = send(cast, cast.seeker, "POST", f"{path}/entries", {"consent": True})
    second = send(cast, cast.other, "POST", f"{path}/entries", {"consent": True})
    assert (first.status_code, again.json["id"], second.json["ahead"]) == (201, first.json["id"], 1)
    mine = f"/line-entries/{first.json['id']}"
    assert send(cast, cast.seeker, "GET", mine).json["status"] == "waiting"
    called = send(cast, cast.recruiter, "POST", f"{path}/calls", {"host": str(cast.recruiter)})
    assert (called.status_code, called.json["id"], called.json["status"]) == (201, first.json["id"], "called")
    assert called.json["booking"] is not None
    for what, status in (("absent", "skipped"), ("back", "waiting")):
        assert send(cast, cast.recruiter, "POST", f"{mine}/marks", {"what": what}).json["status"] == status
    body = {"host": str(cast.recruiter), "entry": second.json["id"]}
    assert send(cast, cast.recruiter, "POST", f"{path}/calls", body).json["id"] == second.json["id"]
    theirs = f"/line-entries/{second.json['id']}"
    for what, status in (("came", "meeting"), ("done", "met")):
        assert send(cast, cast.recruiter, "POST", f"{theirs}/marks", {"what": what}).json["status"] == status
    assert send(cast, cast.seeker, "DELETE", mine).status_code == 204
    assert send(cast, cast.recruiter, "DELETE", path).status_code == 204
    assert cast.rows(select(LineEntry.status).order_by(LineEntry.id)) == ["left", "met"]
    assert problem(send(cast, cast.other, "POST", f"{path}/entries", {"consent": True})) == (409, "line-closed")


def test_nobody_else_calls_or_looks(cast: Cast) -> None:
    path = opened(cast)
    entry = send(cast, cast.seeker, "POST", f"{path}/entries", {"consent": True}).json["id"]
    for who in (cast.other, cast.stranger, cast.coach_account):
        for method, where, body in (
            ("PUT", path, {"minutes": 15}),
            ("DELETE", path, None),
            ("POST", f"{path}/calls", {"host": str(cast.recruiter)}),
            ("GET", f"/line-entries/{entry}", None),
            ("DELETE", f"/line-entries/{entry}", None),
            ("POST", f"/line-entries/{entry}/marks", {"what": "came"}),
        ):
            assert send(cast, who, method, where, body).status_code == 404, (who, method, where)
    assert send(cast, None, "POST", f"{path}/entries", {"consent": True}).status_code == 401
    assert cast.rows(select(LineEntry.status)) == ["waiting"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "/line", {"minutes": 7}, 422),
        ("PUT", "/line", {}, 422),
        ("POST", "/line/entries", {"consent": False}, 422),
        ("POST", "/line/entries", {}, 422),
        ("POST", "/line/calls", {"host": "x"}, 422),
        ("POST", "/line/calls", {"host": "99999"}, 404),
        ("POST", "/line/calls", {}, 422),
    ],
)
def test_bad_input_calls_nobody(cast: Cast, method: str, path: str, body: Any, status: int) -> None:
    opened(cast)
    assert send(cast, cast.recruiter, method, f"/booths/{cast.booth}{path}", body).status_code == status
    assert cast.rows(select(Booking)) == []
    assert cast.rows(select(LineEntry)) == []


def test_a_call_without_anybody_and_a_mark_out_of_turn_are_conflicts(cast: Cast) -> None:
    path = opened(cast)
    assert send(cast, cast.recruiter, "POST", f"{path}/calls", {"host": str(cast.recruiter)}).status_code == 409
    entry = send(cast, cast.seeker, "POST", f"{path}/entries", {"consent": True}).json["id"]
    marks = f"/line-entries/{entry}/marks"
    for what in ("came", "absent", "back", "done"):
        assert send(cast, cast.recruiter, "POST", marks, {"what": what}).status_code == 409
    assert send(cast, cast.recruiter, "POST", "/line-entries/9999/marks", {"what": "came"}).status_code == 404
    assert send(cast, cast.recruiter, "POST", marks, {"what": "gone"}).status_code == 422
