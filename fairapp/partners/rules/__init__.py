"""What is decided about partners' rows."""

from fairapp.partners.rules.asking import Limits, LinkageStopped, link, link_new
from fairapp.partners.rules.linking import Linked, Pair, Person

__all__ = ["Limits", "LinkageStopped", "Linked", "Pair", "Person", "link", "link_new"]
