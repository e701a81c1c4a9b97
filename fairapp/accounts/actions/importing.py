"""Seekers from a list. They get an account without a password, and into it by the letter that sets one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.accounts import queries, rules
from fairapp.accounts.actions.accounts import change_name, make_account
from fairapp.accounts.actions.links import ask_reset
from fairapp.accounts.actions.profiles import save_profile
from fairapp.accounts.models import Account, Profile
from fairapp.errors import Invalid
from fairapp.intake import Draft, Report


def import_seekers(
    session: Session, drafts: Sequence[Draft[rules.SeekerRow]], now: datetime, invite: bool = False
) -> Report:
    """Make an account and a profile for each person who has none; with `invite` post the letter that sets a password.

    Whoever has made an account of her own, or taken over the one made here, keeps what she wrote: the list changes
    nothing. Nobody becomes visible to anybody by being on a list: that needs her consent.
    """
    report = Report()
    known = _known_by_phone(session, [draft.fields for draft in drafts])
    for draft in drafts:
        try:
            done = _bring_in(session, draft.fields, known, now, invite)
        except Invalid as error:
            report.refuse(draft.refused(error))
        else:
            setattr(report, done, getattr(report, done) + 1)
    return report


def _bring_in(
    session: Session, row: rules.SeekerRow, known: set[tuple[str | None, str]], now: datetime, invite: bool
) -> str:
    """Write one person; return which of added, changed and unchanged it is."""
    found = queries.credentials(session, row.email)
    if found is None:
        if (row.profile.phone, row.name) in known:
            return "unchanged"
        account_id = make_account(session, row.email, row.name, None, False, now)
        save_profile(session, account_id, row.profile, now)
        if invite:
            ask_reset(session, row.email, now)
        return "added"
    if found.password_hash is not None or found.confirmed_at is not None or found.disabled_at is not None:
        return "unchanged"
    if found.name == row.name and queries.profile_fields(session, found.id) == row.profile:
        return "unchanged"
    if found.name != row.name:
        change_name(session, found.id, row.name)
    save_profile(session, found.id, row.profile, now)
    return "changed"


def _known_by_phone(session: Session, rows: Sequence[rules.SeekerRow]) -> set[tuple[str | None, str]]:
    """Return those numbers and names of the rows under which somebody is here, perhaps with another address."""
    phones = {row.profile.phone for row in rows if row.profile.phone}
    found = select(Profile.phone, Account.name).join(Account, Account.id == Profile.account_id)
    if not phones:
        return set()
    return {(row.phone, row.name) for row in session.execute(found.where(Profile.phone.in_(sorted(phones))))}
