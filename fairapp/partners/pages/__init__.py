"""Pages of partners: an agency's keys and webhooks, and the feeds of listings."""

from fairapp.partners.pages import feeds, hooks, keys, sitemap
from fairapp.partners.pages.base import blueprint

__all__ = ["blueprint", "feeds", "hooks", "keys", "sitemap"]
