"""Pages of what happened: the seeker's pass and results, the desk, the floor, the stand, the ledger, figures and files."""

from fairapp.outcomes.pages import (
    absences,
    control,
    figures,
    hall,
    ledger,
    mailing,
    organizer,
    papers,
    prints,
    replies,
    seeker,
    stand,
    tower,
    traced,
)
from fairapp.outcomes.pages.base import blueprint

__all__ = [
    "absences",
    "blueprint",
    "control",
    "figures",
    "hall",
    "ledger",
    "mailing",
    "organizer",
    "papers",
    "prints",
    "replies",
    "seeker",
    "stand",
    "tower",
    "traced",
]
