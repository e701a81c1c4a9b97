"""Pages of booths: what seekers look through, what recruiters keep, what organizers decide on."""

from fairapp.booths.pages import doubles, importing, inviting, listings, organize, places, public, reports, stand
from fairapp.booths.pages.base import blueprint

__all__ = [
    "blueprint",
    "doubles",
    "importing",
    "inviting",
    "listings",
    "organize",
    "places",
    "public",
    "reports",
    "stand",
]
