"""Calls of desks that go on without a network: scans brought in later, many at once, and the codes that are good."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from fairapp import clock, db, openapi
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Conflict, NotFound
from fairapp.outcomes import actions, queries
from fairapp.outcomes.api.fairs import organized
from fairapp.shapes import In, Moment, Ref

MOST_SCANS = 200


class ScanIn(In):
    """A scan: the code, and how many seconds ago it was read."""

    code: str = Field(max_length=200)
    ago: int = Field(0, ge=0, le=86_400)


class ScansIn(In):
    """Scans of one device, oldest first."""

    device: str = Field("", max_length=40)
    scans: list[ScanIn] = Field(min_length=1, max_length=MOST_SCANS)


class ScanOut(BaseModel):
    """What became of a scan: `first`, `again` (the first time stands beside) or `refused` with the reason."""

    code: str
    state: Literal["first", "again", "refused"]
    seeker: Ref | None = None
    name: str | None = None
    at: Moment | None = None
    detail: str | None = None


class ScansOut(BaseModel):
    """The scans in the order they were sent, and how many people have come."""

    items: list[ScanOut]
    came: int


class CodesOut(BaseModel):
    """The first sixteen signs of the SHA-256 of each good code: a device can tell a good pass, and holds no list of them."""

    items: list[str]


@openapi.call(
    "POST", "/fairs/{fair}/check-ins/batch", admit=guards.signed_in, body=ScansIn, returns=ScansOut, problems=(404,)
)
def bring_in_scans(caller: Caller, fair: str, body: ScansIn) -> ScansOut:
    """Bring in scans of a device that was cut off; what was sent twice changes nothing, and the first time is kept."""
    now = clock.now()
    found = organized(caller, fair, now)
    items = [_bring_in(caller, found.id, one, body.device, now) for one in body.scans]
    with db.read() as session:
        came = queries.count_arrivals(session, found.id)
    return ScansOut(items=items, came=came)


def _bring_in(caller: Caller, fair_id: int, scan: ScanIn, device: str, now: datetime) -> ScanOut:
    scanned = {"ago": scan.ago, "device": device}
    try:
        first, arrival = db.write(actions.check_in, fair_id, scan.code, caller.id, now, **scanned)
    except (NotFound, Conflict) as error:
        return ScanOut(code=scan.code, state="refused", detail=str(error.detail))
    state: Literal["first", "again"] = "first" if first else "again"
    return ScanOut(code=scan.code, state=state, seeker=arrival.account_id, name=arrival.name, at=arrival.at)


@openapi.call("GET", "/fairs/{fair}/check-ins/codes", admit=guards.signed_in, returns=CodesOut)
def good_codes(caller: Caller, fair: str) -> CodesOut:
    """Return what a desk needs to tell good passes while it is cut off."""
    found = organized(caller, fair, clock.now())
    with db.read() as session:
        return CodesOut(items=queries.code_digests(session, found.id))
