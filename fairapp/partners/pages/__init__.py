"""The pages of partners: sources, their imports, and the people of whom they tell."""

from fairapp.partners.pages import people, runs, sources
from fairapp.partners.pages.base import blueprint

__all__ = ["blueprint", "people", "runs", "sources"]
