"""The pages of accounts: coming in, one's account, one's profile, who saw it, and the admin's list."""

from fairapp.accounts.pages import account, admin, entry, leaving, own_data, passwords, profile, retention, sharing
from fairapp.accounts.pages.base import blueprint

__all__ = [
    "account",
    "admin",
    "blueprint",
    "entry",
    "leaving",
    "own_data",
    "passwords",
    "profile",
    "retention",
    "sharing",
]
