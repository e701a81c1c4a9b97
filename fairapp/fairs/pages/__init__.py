"""Pages of fairs: the home page, and what their organizers see."""

from fairapp.fairs.pages import home, organize, sites
from fairapp.fairs.pages.base import blueprint

__all__ = ["blueprint", "home", "organize", "sites"]
