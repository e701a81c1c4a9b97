"""Pages of visiting centres: for everybody, for organizers, for coaches."""

from fairapp.visits.pages import came, changing, figures, organize, public, tours
from fairapp.visits.pages.base import blueprint

__all__ = ["blueprint", "came", "changing", "figures", "organize", "public", "tours"]
