"""What people do with their accounts, and what others are allowed to do with them."""

from fairapp.accounts.actions.accounts import (
    after_registration,
    appoint_admin,
    change_language,
    change_name,
    change_password,
    confirm_address,
    disable_account,
    enable_account,
    forget_old,
    make_account,
    make_admin,
    register,
    reset_password,
)
from fairapp.accounts.actions.importing import import_seekers
from fairapp.accounts.actions.links import ask_reset, confirm_again
from fairapp.accounts.actions.memberships import add_membership, end_membership, place_member
from fairapp.accounts.actions.profiles import keep_resume, remove_resume, save_profile
from fairapp.accounts.actions.sessions import (
    begin_attempt,
    end_all_sessions,
    end_session,
    make_token,
    revoke_token,
    sign_in,
    sign_out,
    touch_session,
)
from fairapp.accounts.actions.sharing import (
    Grant,
    disclose,
    disclose_many,
    give_consent,
    give_consents,
    withdraw_consent,
)

__all__ = [
    "Grant",
    "add_membership",
    "after_registration",
    "appoint_admin",
    "ask_reset",
    "begin_attempt",
    "change_language",
    "change_name",
    "change_password",
    "confirm_address",
    "confirm_again",
    "disable_account",
    "disclose",
    "disclose_many",
    "enable_account",
    "end_all_sessions",
    "end_membership",
    "end_session",
    "forget_old",
    "give_consent",
    "give_consents",
    "import_seekers",
    "keep_resume",
    "make_account",
    "make_admin",
    "make_token",
    "place_member",
    "register",
    "remove_resume",
    "reset_password",
    "revoke_token",
    "save_profile",
    "sign_in",
    "sign_out",
    "touch_session",
    "withdraw_consent",
]
