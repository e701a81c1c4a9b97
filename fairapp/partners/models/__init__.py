"""Tables of joining and sharing."""

from fairapp.partners.models.changes import Change, ChangeCounter, FairRead, PublicListing
from fairapp.partners.models.corrections import Correction
from fairapp.partners.models.firms import FirmKey, FirmLook, FirmMerge, FirmPair, FirmValue
from fairapp.partners.models.hooks import TOPICS, Delivery, Webhook
from fairapp.partners.models.incoming import ColumnMap, DataSource, ImportRun
from fairapp.partners.models.keys import SCOPES, ApiKey
from fairapp.partners.models.people import Merge, Pair, Record, RecordVersion

__all__ = [
    "SCOPES",
    "TOPICS",
    "ApiKey",
    "Change",
    "ChangeCounter",
    "ColumnMap",
    "Correction",
    "DataSource",
    "Delivery",
    "FairRead",
    "FirmKey",
    "FirmLook",
    "FirmMerge",
    "FirmPair",
    "FirmValue",
    "ImportRun",
    "Merge",
    "Pair",
    "PublicListing",
    "Record",
    "RecordVersion",
    "Webhook",
]
