"""Printed sheets: PDF by typst, from the templates in templates/print, in Pretendard, with the structure that PDF/UA asks for.

The data goes in as JSON, never into the source of a template: what people wrote cannot become markup.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import typst

from fairapp import config

TEMPLATES = config.ROOT / "templates" / "print"
FONTS = config.ROOT / "static" / "vendor" / "pretendard-1.3.9" / "otf"


@cache
def _fonts() -> Any:
    """Return the typeface, read once a process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def pdf(name: str, data: Mapping[str, Any]) -> bytes:
    """Return the sheet made of the template `name`.typ and the data; the same data gives the same bytes."""
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    made = typst.compile(
        str(TEMPLATES / f"{name}.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    return bytes(made)
