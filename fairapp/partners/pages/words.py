"""Values that partners tell, in words."""

from typing import Any

from flask_babel import gettext

from fairapp import language
from fairapp.partners.rules import ENROLLED_NAMES


def said(name: str, value: Any) -> str:
    """Return a value of a field in words; of a course the whole, or one of its parts."""
    if name in ("region", "wish_region", "home_region"):
        return language.region_name(value)
    if name == "wish_occupation":
        return language.occupation_name(value)
    if name in ("education", "segment"):
        return language.label(name, value)
    if name == "course_kind":
        return str(ENROLLED_NAMES.get(value, value))
    if name == "course" and isinstance(value, dict):
        return gettext(
            "%(title)s (%(first)s ~ %(last)s)",
            title=value.get("title", ""),
            first=value.get("starts_on", ""),
            last=value.get("ends_on", ""),
        )
    if isinstance(value, bool):
        return gettext("예") if value else gettext("아니요")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
