"""Pages of fairs: the home page, and what their organizers see."""

from fairapp.fairs.pages import floors, home, organize, planning, sites
from fairapp.fairs.pages.base import blueprint

__all__ = ["blueprint", "floors", "home", "organize", "planning", "sites"]
