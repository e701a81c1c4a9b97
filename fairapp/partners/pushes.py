"""Who hears of what: organizers of a contested value (without a word of hers), a webhook that stopped, a file that waits.

The person herself hears of the answer to what she contests.
"""

from datetime import datetime
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from fairapp.accounts import queries as accounts
from fairapp.accounts.models import Account
from fairapp.agencies import queries as agencies
from fairapp.language import in_language, say_on
from fairapp.live.actions import Letter
from fairapp.mail import OutboxRow, Rendered, Renderer
from fairapp.partners import queries
from fairapp.partners.models import Correction, DataSource, ImportRun, Record, Webhook
from fairapp.partners.rules import ANSWER_KEY, CONTESTED


def asked_letter(correction_id: int, account_id: int, now: datetime) -> Letter:
    """Tell an organizer that a value is contested."""
    return Letter(f"correction:{correction_id}:{account_id}", "correction.asked", account_id, now, _data(correction_id))


def due_letter(correction_id: int, account_id: int, now: datetime) -> Letter:
    """Tell an organizer that an answer is due soon, or late; once."""
    key = f"correction-due:{correction_id}:{account_id}"
    return Letter(key, "correction.due", account_id, now, _data(correction_id))


def answer_key(correction_id: int) -> str:
    """Return the key of the letter with the answer."""
    return f"{ANSWER_KEY}{correction_id}"


def answer_letter(correction_id: int, account_id: int, now: datetime) -> Letter:
    """Tell the person what became of what she said."""
    return Letter(answer_key(correction_id), "correction.answered", account_id, now, _data(correction_id))


def died_letter(delivery_id: int, webhook_id: int, account_id: int, now: datetime) -> Letter:
    """Tell an organizer that a webhook stopped, once for the message with which it did."""
    key = f"webhook-died:{delivery_id}:{account_id}"
    return Letter(key, "webhook.died", account_id, now, {"webhook": webhook_id})


def columns_letter(run_id: int, account_id: int, now: datetime) -> Letter:
    """Tell an organizer that a file which was fetched waits until somebody says what its columns are."""
    return Letter(f"columns-unknown:{run_id}:{account_id}", "columns.unknown", account_id, now, {"run": run_id})


def owner_letter(pair_id: int, account_id: int, now: datetime) -> Letter:
    """Ask an owner whether another account is hers too, once a day; the letter says nothing of the other one."""
    return Letter(f"pair:{pair_id}:{account_id}:{now:%Y%m%d}", "pair.asked", account_id, now, {"pair": pair_id})


def _data(correction_id: int) -> dict[str, Any]:
    return {"correction": correction_id}


def _base() -> str:
    return str(current_app.config["SETTINGS"].base_url)


def _found(session: Session, row: OutboxRow) -> tuple[Correction, Account, DataSource] | None:
    one, account = session.get(Correction, int(row.data["correction"])), session.get(Account, row.account_id)
    if one is None or account is None:
        return None
    return one, account, session.get_one(DataSource, session.get_one(Record, one.record_id).source_id)


def _render_for_staff(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
    """Render what waits for an answer; nothing once it was answered, and to nobody who organizes neither agency any more."""
    found = _found(session, row)
    if found is None or found[0].state != "open":
        return None
    one, account, source = found
    if account.id not in queries.who_answers(session, source.giver_id, source.receiver_id):
        return None
    organizes = {one.agency_id for one in accounts.memberships(session, account.id) if one.role == "organizer"}
    agency = source.giver_id if source.giver_id in organizes else source.receiver_id
    with force_locale(language):
        words = {
            "name": account.name,
            "what": str(CONTESTED[one.field]),
            "source": source.name,
            "day": say_on(one.due_on),
            "soon": row.kind == "correction.due",
            "url": f"{_base()}/agencies/{agency}/corrections/{one.id}",
        }
        text = render_template("letters/correction_due.txt", **words)
        subject = gettext("%(day)s까지 답해 주세요: 본인이 틀리다고 한 값", day=words["day"])
    return Rendered(subject, text.strip() + "\n")


def _render_answer(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
    found = _found(session, row)
    if found is None:
        return None
    one, account, source = found
    names = agencies.agency_names(session, [source.giver_id])
    with force_locale(language):
        words = {
            "name": account.name,
            "what": str(CONTESTED[one.field]),
            "agency": in_language(*names[source.giver_id]),
            "state": one.state,
            "answer": one.answer,
            "url": f"{_base()}/me/told",
        }
        text = render_template("letters/correction_answered.txt", **words)
        subject = gettext("틀리다고 알려 주신 값에 답했어요")
    return Rendered(subject, text.strip() + "\n")


def _render_died(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
    """Render that a webhook stopped; nothing once it goes on or was removed."""
    hook, account = session.get(Webhook, int(row.data["webhook"])), session.get(Account, row.account_id)
    if hook is None or account is None or hook.state != "dead":
        return None
    names = agencies.agency_names(session, [hook.agency_id])
    with force_locale(language):
        words = {
            "name": account.name,
            "agency": in_language(*names[hook.agency_id]),
            "address": hook.url,
            "url": f"{_base()}/agencies/{hook.agency_id}/webhooks/{hook.id}",
        }
        text = render_template("letters/hook_died.txt", **words)
        return Rendered(gettext("웹훅이 멈췄어요"), text.strip() + "\n")


def _render_columns(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
    """Render that a file waits; nothing once somebody has said what its columns are, or dropped it."""
    run, account = session.get(ImportRun, int(row.data["run"])), session.get(Account, row.account_id)
    if run is None or account is None or run.state != "unmapped":
        return None
    source = session.get_one(DataSource, run.source_id)
    with force_locale(language):
        words = {"name": account.name, "source": source.name, "url": f"{_base()}/imports/{run.id}"}
        text = render_template("letters/columns_unknown.txt", **words)
        return Rendered(gettext("받아 온 파일에 처음 보는 열이 있어요"), text.strip() + "\n")


def _render_owner(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
    """Render the question; nothing once it was answered."""
    pair_id, account = int(row.data["pair"]), session.get(Account, row.account_id)
    if account is None or queries.asked_of(session, pair_id, account.id) is not False:
        return None
    with force_locale(language):
        words = {"name": account.name, "url": f"{_base()}/me/pairs/{pair_id}"}
        text = render_template("letters/pair_asked.txt", **words)
        return Rendered(gettext("계정이 하나 더 있나요?"), text.strip() + "\n")


LETTERS: dict[str, Renderer] = {
    "pair.asked": _render_owner,
    "correction.asked": _render_for_staff,
    "correction.due": _render_for_staff,
    "correction.answered": _render_answer,
    "webhook.died": _render_died,
    "columns.unknown": _render_columns,
}
