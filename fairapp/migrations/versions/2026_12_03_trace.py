"""The trace, a chain of hashes; the rows that the ledger has already are sealed in it."""

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "2026_12_03_trace"
down_revision = "2026_12_02_ledger"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
START = "0" * 64
SEALED = (
    *("id", "fair_id", "booking_id", "seeker_id", "booth_id", "listing_id", "stage", "on", "employment_type", "salary"),
    *("occupation", "corrects", "recorded_at", "recorded_by", "role", "evidence", "reference", "months", "age"),
    *("segment", "region"),
)
CONNECTED = (
    "chain",
    "seq",
    "at",
    "actor_id",
    "origin",
    "address_digest",
    "what",
    "kind",
    "about_id",
    "person_id",
    "data",
)


def upgrade() -> None:
    """Make the change."""
    head = op.create_table(
        "trace_head",
        sa.Column("chain", NUMBER, nullable=False, autoincrement=False),
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_trace_head")),
    )
    trace = op.create_table(
        "trace",
        sa.Column("chain", NUMBER, nullable=False, autoincrement=False),
        sa.Column("seq", NUMBER, nullable=False, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", NUMBER, nullable=True),
        sa.Column("origin", sa.String(8), nullable=False),
        sa.Column("address", sa.String(45), nullable=True),
        sa.Column("salt", sa.String(32), nullable=True),
        sa.Column("address_digest", sa.String(64), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("about_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("chain", "seq", name=op.f("pk_trace")),
    )
    op.create_index("ix_trace_actor", "trace", ["actor_id", "at"])
    op.create_index("ix_trace_about", "trace", ["kind", "about_id"])
    op.create_index("ix_trace_chain_at", "trace", ["chain", "at"])
    _seal(trace, head)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("trace")
    op.drop_table("trace_head")


def _seal(trace: Any, head: Any) -> None:
    """Write a row for each row of the ledger, in its order, as if it had been sealed when it was written."""
    moments, days = {"recorded_at"}, {"on"}
    columns = [sa.column(name, MOMENT if name in moments else sa.Date() if name in days else None) for name in SEALED]
    outcome = sa.table("outcome", *columns)
    connection = op.get_bind()
    heads: dict[int, tuple[int, str]] = {}
    rows = []
    for found in connection.execute(sa.select(outcome).order_by(outcome.c.id)).mappings().all():
        seq, before = heads.get(found["fair_id"], (0, START))
        values = {name: _aware(found[name]) for name in SEALED}
        row = {
            "chain": found["fair_id"],
            "seq": seq + 1,
            "at": values["recorded_at"],
            "actor_id": found["recorded_by"],
            "origin": "program",
            "address": None,
            "salt": None,
            "address_digest": "",
            "what": "outcome.sealed",
            "kind": "outcome",
            "about_id": found["id"],
            "person_id": found["seeker_id"],
            "data": {"stage": found["stage"], "seal": _digest(values)},
        }
        row["hash"] = _digest({name: row[name] for name in CONNECTED} | {"before": before})
        heads[found["fair_id"]] = (seq + 1, row["hash"])
        rows.append(row)
    if rows:
        connection.execute(sa.insert(trace), rows)
        ends = [{"chain": chain, "seq": seq, "hash": last} for chain, (seq, last) in heads.items()]
        connection.execute(sa.insert(head), ends)


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


def _digest(values: dict[str, Any]) -> str:
    text = json.dumps({name: _plain(value) for name, value in values.items()}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value
