"""The pages of partners: sources, their imports, and the people of whom they tell."""

from fairapp.partners.pages import feeds, firms, hooks, keys, people, runs, sitemap, sources
from fairapp.partners.pages.base import blueprint

__all__ = [
    "blueprint",
    "feeds",
    "firms",
    "hooks",
    "keys",
    "people",
    "runs",
    "sitemap",
    "sources",
]
