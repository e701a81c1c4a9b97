"""Reads of what partners send and of who is who in it."""

from fairapp.partners.queries.sources import (
    DeliveryFacts,
    SourceFacts,
    content_of,
    deliveries_of,
    get_delivery,
    get_source,
    known_columns,
    last_deliveries,
    mapping_for,
    rejected_of,
    sources_of,
)

__all__ = [
    "DeliveryFacts",
    "SourceFacts",
    "content_of",
    "deliveries_of",
    "get_delivery",
    "get_source",
    "known_columns",
    "last_deliveries",
    "mapping_for",
    "rejected_of",
    "sources_of",
]
