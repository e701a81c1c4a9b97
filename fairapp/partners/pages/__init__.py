"""The pages of partners: sources, their imports, and the people of whom they tell."""

from fairapp.partners.pages import corrections, feeds, firms, hooks, keys, owning, people, runs, sitemap, sources, told
from fairapp.partners.pages.base import blueprint

__all__ = [
    "blueprint",
    "corrections",
    "feeds",
    "firms",
    "hooks",
    "keys",
    "owning",
    "people",
    "runs",
    "sitemap",
    "sources",
    "told",
]
