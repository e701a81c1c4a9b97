"""Pages of what happened: the seeker's pass, the organizer's desk, report and files, the stand of booth and coach."""

from fairapp.outcomes.pages import absences, organizer, seeker, stand
from fairapp.outcomes.pages.base import blueprint

__all__ = ["absences", "blueprint", "organizer", "seeker", "stand"]
