"""Tables of partners: their keys, the changes they are told of, and the addresses these are sent to."""

from fairapp.partners.models.changes import Change, ChangeCounter, FairRead, PublicListing
from fairapp.partners.models.hooks import TOPICS, Delivery, Webhook
from fairapp.partners.models.keys import SCOPES, ApiKey

__all__ = [
    "SCOPES",
    "TOPICS",
    "ApiKey",
    "Change",
    "ChangeCounter",
    "Delivery",
    "FairRead",
    "PublicListing",
    "Webhook",
]
