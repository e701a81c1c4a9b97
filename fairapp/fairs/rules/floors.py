"""Decisions on floor plans: what is a picture, and where rooms can stand."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from fairapp.errors import Invalid

MOST_CELLS = 60  # columns and rows
LARGEST_PICTURE = 5 * 1024 * 1024  # bytes
PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}


def picture_kind(content: bytes) -> str:
    """Return the media type of a picture by its first bytes: PNG, JPEG or WebP; Invalid for anything else or too large."""
    if len(content) > LARGEST_PICTURE:
        raise Invalid.one("image", _l("그림은 5MB까지 올릴 수 있어요"))
    for begin, kind in PICTURES.items():
        if content.startswith(begin) and (kind != "image/webp" or content[8:12] == b"WEBP"):
            return kind
    raise Invalid.one("image", _l("PNG, JPEG, WebP 그림을 올려 주세요"))


def check_places(places: Mapping[str, tuple[int, int] | None], columns: int, rows: int) -> None:
    """Raise Invalid where a room (by name) stands outside the floor, or two stand at one place."""
    there: dict[tuple[int, int], str] = {}
    for name, place in places.items():
        if place is None:
            continue
        if not (1 <= place[0] <= columns and 1 <= place[1] <= rows):
            raise Invalid.one("places", _l("%(room)s: 배치도 밖이에요", room=name))
        if place in there:
            raise Invalid.one("places", _l("%(one)s와 %(other)s가 한 칸에 있어요", one=there[place], other=name))
        there[place] = name
