"""Pages of what happened: the seeker's pass, the organizer's desk, report and files, the stand of booth and coach."""

from fairapp.outcomes.pages import absences, control, figures, hall, organizer, prints, seeker, stand, tower
from fairapp.outcomes.pages.base import blueprint

__all__ = ["absences", "blueprint", "control", "figures", "hall", "organizer", "prints", "seeker", "stand", "tower"]
