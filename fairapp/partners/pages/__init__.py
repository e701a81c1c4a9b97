"""The pages of partners: sources and their deliveries."""

from fairapp.partners.pages import deliveries, sources
from fairapp.partners.pages.base import blueprint

__all__ = ["blueprint", "deliveries", "sources"]
