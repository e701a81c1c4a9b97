"""Writes of partners: keys, changes, webhooks and their deliveries."""

from fairapp.partners.actions.changes import begin_fairs, compared, forget_changes, publish
from fairapp.partners.actions.hooks import (
    claim_deliveries,
    forget_deliveries,
    make_hook,
    queue_deliveries,
    record_delivery,
    remove_hook,
    renew_secret,
    send_again,
    send_test,
)
from fairapp.partners.actions.keys import make_key, note_use, revoke_key, rotate_key

__all__ = [
    "begin_fairs",
    "claim_deliveries",
    "compared",
    "forget_changes",
    "forget_deliveries",
    "make_hook",
    "make_key",
    "note_use",
    "publish",
    "queue_deliveries",
    "record_delivery",
    "remove_hook",
    "renew_secret",
    "revoke_key",
    "rotate_key",
    "send_again",
    "send_test",
]
