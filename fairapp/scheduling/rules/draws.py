"""The rule of a draw: an order from a seed, then to each the dearest wish that is left.

It is small on purpose: docs/redraw.py says it again without fairapp, so that anybody can check a draw.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from fairapp.errors import Conflict, Invalid

LEFT_OPENS = timedelta(hours=1)  # after the draw what is left opens to everybody, at the latest
MOST_WISHES, MOST_DRAWN = 20, 200


class DrawOver(Conflict):
    """The draw takes no entries any more."""

    slug = "draw-over"
    title = _l("추첨 신청이 끝났어요")


def commitment(seed: str) -> str:
    """Return what is published of a seed before the draw: its SHA-256, in hexadecimal."""
    return hashlib.sha256(seed.encode()).hexdigest()


def drawn_order(seed: str, codes: Iterable[str]) -> list[str]:
    """Return the codes in the order that the seed draws: by the SHA-256 of `seed:code`, in hexadecimal."""
    return sorted(codes, key=lambda code: (hashlib.sha256(f"{seed}:{code}".encode()).hexdigest(), code))


def kept_for_line(count: int, share: int) -> list[int]:
    """Return which of so many slots in a row are kept for people who walk in: `share` per cent, spread evenly."""
    kept = count * share // 100
    return [(2 * n + 1) * count // (2 * kept) for n in range(kept)]


def check_draw(closes_at: datetime, draws_at: datetime, starts: Sequence[datetime], share: int, now: datetime) -> None:
    """Raise Invalid for a draw that could not be held: its times, its number of slots, the share kept for the line."""
    if closes_at <= now:
        raise Invalid.one("closes_at", _l("앞으로 올 시각이어야 해요"))
    if draws_at < closes_at:
        raise Invalid.one("draws_at", _l("신청이 끝난 뒤에 추첨해야 해요"))
    if not starts or len(starts) > MOST_DRAWN:
        raise Invalid.one("slots", _l("시간을 1개에서 200개까지 골라 주세요"))
    if draws_at + LEFT_OPENS > min(starts):
        raise Invalid.one("draws_at", _l("첫 시간이 시작하기 한 시간 전에는 추첨해야 해요"))
    if not 0 <= share <= 50:
        raise Invalid.one("share", _l("0부터 50까지 적어 주세요"))


def check_wishes(wishes: Sequence[int], offered: Iterable[int], closes_at: datetime, now: datetime) -> None:
    """Raise DrawOver after the close, Invalid for wishes that are none, too many, twice the same, or not offered."""
    if now >= closes_at:
        raise DrawOver
    if not wishes or len(wishes) > MOST_WISHES or len(set(wishes)) < len(wishes) or not set(wishes) <= set(offered):
        raise Invalid.one("wishes", _l("추첨하는 시간 가운데 1개에서 20개까지, 원하는 차례로 골라 주세요"))
