"""Pools: making and changing them, seeing who came in, taking somebody on; coming back home."""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from fairapp import codes, trace
from fairapp.errors import Conflict, Invalid
from fairapp.live.actions import post
from fairapp.programmes import pushes, queries, rules
from fairapp.programmes.actions.assigning import Desk
from fairapp.programmes.models import Homecoming, Pool, PoolCounsellor, PoolEntry
from fairapp.programmes.rules import PoolFields


class NotInPool(Conflict):
    """The person is not in the pool any more."""

    slug = "not-in-pool"
    title = _l("이제 이 인재풀에 없어요")


def make_pool(session: Session, agency_id: int, fields: PoolFields, now: datetime) -> int:
    """Make a pool of the agency and return its id; who is in it is computed from then on."""
    rules.check_pool(fields, rules.day_of(now))
    values = {"name": fields.name.strip(), "name_en": fields.name_en.strip(), "share": fields.share}
    values |= {"months_before": fields.months_before, "ends_on": fields.ends_on}
    new = insert(Pool).values(**values, kind=fields.kind, agency_id=agency_id, made_at=now).returning(Pool.id)
    made = int(session.execute(new).scalar_one())
    _put_in_charge(session, made, agency_id, fields, now)
    trace.record(session, "pool.made", "pool", made, now)
    return made


def change_pool(session: Session, pool_id: int, fields: PoolFields, now: datetime) -> None:
    """Set what a pool is, its kind excepted."""
    pool = queries.get_pool(session, pool_id)
    rules.check_pool(fields, rules.day_of(now))
    values: dict[str, Any] = {"name": fields.name.strip(), "name_en": fields.name_en.strip(), "share": fields.share}
    values |= {"months_before": fields.months_before, "ends_on": fields.ends_on}
    session.execute(update(Pool).where(Pool.id == pool_id).values(values))
    session.execute(delete(PoolCounsellor).where(PoolCounsellor.pool_id == pool_id))
    _put_in_charge(session, pool_id, pool.agency_id, fields, now)
    trace.record(session, "pool.changed", "pool", pool_id, now)


def _put_in_charge(session: Session, pool_id: int, agency_id: int, fields: PoolFields, now: datetime) -> None:
    known = {one.account_id for one in queries.counsellors(session, agency_id, rules.day_of(now))}
    if not set(fields.counsellors) <= known:
        raise Invalid.one("counsellors", _l("목록에 있는 값을 골라 주세요"))
    if fields.counsellors:
        rows = [{"pool_id": pool_id, "account_id": one} for one in sorted(set(fields.counsellors))]
        session.execute(insert(PoolCounsellor), rows)


def see_pool(session: Session, pool_id: int, now: datetime) -> int:
    """Write down who came into the pool and who left it since last seen, and tell its counsellors; return how many came.

    Seen twice at the same moment nothing is written twice: entries are numbered for each person.
    """
    pool = queries.get_pool(session, pool_id)
    queries.lock_agency(session, pool.agency_id)
    there = {one.seeker_id: one.available_from for one in queries.members(session, pool, now)}
    seen = queries.last_entries(session, pool_id)
    came = [who for who in sorted(there) if seen.get(who, (0, "left"))[1] == "left"]
    left = [who for who, (_no, what) in sorted(seen.items()) if what == "entered" and who not in there]
    rows = [
        {
            "pool_id": pool_id,
            "account_id": who,
            "no": seen.get(who, (0, ""))[0] + 1,
            "what": "entered" if who in there else "left",
            "at": now,
            "available_from": there.get(who),
        }
        for who in [*came, *left]
    ]
    if rows:
        session.execute(insert(PoolEntry), rows)
    if came:
        day = f"{rules.day_of(now):%Y%m%d}"
        charged = queries.pool_counsellors(session, [pool_id]).get(pool_id, [])
        post(session, [pushes.pool_letter(who, pool_id, len(came), now, day) for who, _name in charged])
    return len(came)


def take(session: Session, pool_id: int, seeker_id: int, counsellor_id: int, now: datetime) -> int:
    """Let a counsellor take on somebody who is in the pool; return the assignment. She keeps a counsellor whom she has.

    NotInPool, CounsellorAway or CounsellorFull say why not.
    """
    pool = queries.get_pool(session, pool_id)
    if not queries.members(session, pool, now, only=seeker_id):
        raise NotInPool
    desk = Desk(session, pool.agency_id, now)
    has = queries.open_assignment(session, pool.agency_id, seeker_id)
    if has is not None:
        return has.id
    desk.check(counsellor_id)
    return desk.give(seeker_id, counsellor_id, "pool", counsellor_id, wait=True)


def set_homecoming(
    session: Session, account_id: int, home_region: str | None, from_on: date | None, now: datetime
) -> None:
    """Keep to which region somebody wants to come back, and from when; None: she does not any more."""
    session.execute(delete(Homecoming).where(Homecoming.account_id == account_id))
    if home_region is None:
        return
    if home_region not in codes.regions():
        raise Invalid.one("home_region", _l("지역을 목록에서 골라 주세요"))
    if from_on is not None and not date(2000, 1, 1) <= from_on <= date(2199, 12, 31):
        raise Invalid.one("from_on", _l("날을 다시 골라 주세요"))
    session.execute(
        insert(Homecoming).values(account_id=account_id, home_region=home_region, from_on=from_on, told_at=now)
    )
