"""The pages of agencies: the agencies themselves and their people, and what they agreed to share."""

from fairapp.agencies.pages import agencies, agreements
from fairapp.agencies.pages.base import blueprint

__all__ = ["agencies", "agreements", "blueprint"]
