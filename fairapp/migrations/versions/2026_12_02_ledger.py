"""The ledger knows author, evidence, months kept and who was hired; replies to it; check-ins that come in later; costs."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "2026_12_02_ledger"
down_revision = "2026_12_01_absence"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ADDED = ("role", "evidence", "reference", "months", "age", "segment", "region")
HIRED = ("hired", "started", "retained")


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("outcome") as batch:
        batch.add_column(sa.Column("role", sa.String(10), nullable=False, server_default=sa.text("''")))
        batch.add_column(sa.Column("evidence", sa.String(10), nullable=True))
        batch.add_column(sa.Column("reference", sa.String(60), nullable=False, server_default=sa.text("''")))
        batch.add_column(sa.Column("months", NUMBER, nullable=True))
        batch.add_column(sa.Column("age", NUMBER, nullable=True))
        batch.add_column(sa.Column("segment", sa.String(12), nullable=True))
        batch.add_column(sa.Column("region", sa.String(5), nullable=True))
        batch.create_check_constraint(
            op.f("ck_outcome_evidence"), "evidence IN ('contract', 'insurance', 'payslip', 'visit', 'call')"
        )
        batch.create_check_constraint(
            op.f("ck_outcome_months"), "months IS NULL OR (stage = 'retained' AND months IN (1, 3, 6))"
        )
    op.create_index("ix_outcome_stage", "outcome", ["stage", "on"])
    _fill()
    op.create_table(
        "outcome_reply",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("outcome_id", NUMBER, sa.ForeignKey("outcome.id"), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by", NUMBER, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_reply")),
        sa.UniqueConstraint("outcome_id", name=op.f("uq_outcome_reply_outcome_id")),
    )
    op.create_index("ix_outcome_reply_open", "outcome_reply", ["agrees", "answered_at"])
    with op.batch_alter_table("check_in") as batch:
        batch.add_column(sa.Column("received_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("device", sa.String(40), nullable=False, server_default=sa.text("''")))
    op.execute("UPDATE check_in SET received_at = at")
    with op.batch_alter_table("check_in") as batch:
        batch.alter_column("received_at", existing_type=MOMENT, nullable=False)
        batch.drop_constraint(op.f("pk_check_in"), type_="primary")
        batch.create_primary_key(op.f("pk_check_in"), ["fair_id", "account_id", "at"])
    op.add_column("fair", sa.Column("cost", NUMBER, nullable=True))
    op.add_column("fair", sa.Column("result_days", NUMBER, nullable=False, server_default=sa.text("7")))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("fair", "result_days")
    op.drop_column("fair", "cost")
    op.execute(
        "DELETE FROM check_in WHERE EXISTS (SELECT 1 FROM check_in AS earlier WHERE earlier.fair_id = check_in.fair_id"
        " AND earlier.account_id = check_in.account_id AND earlier.at < check_in.at)"
    )
    with op.batch_alter_table("check_in") as batch:
        batch.drop_constraint(op.f("pk_check_in"), type_="primary")
        batch.create_primary_key(op.f("pk_check_in"), ["fair_id", "account_id"])
        batch.drop_column("device")
        batch.drop_column("received_at")
    op.drop_index("ix_outcome_reply_open", "outcome_reply")
    op.drop_table("outcome_reply")
    op.drop_index("ix_outcome_stage", "outcome")
    with op.batch_alter_table("outcome") as batch:
        batch.drop_constraint(op.f("ck_outcome_months"), type_="check")
        batch.drop_constraint(op.f("ck_outcome_evidence"), type_="check")
        for name in ADDED:
            batch.drop_column(name)


def _fill() -> None:
    """Keep with each hire what its report was made of until now: the profile as it is today."""
    connection = op.get_bind()
    outcome = sa.table(
        "outcome",
        *(sa.column(name) for name in ("id", "stage", "seeker_id", "age", "segment", "region")),
        sa.column("on", sa.Date()),
    )
    profile = sa.table(
        "profile",
        *(sa.column(name) for name in ("account_id", "segment", "region")),
        sa.column("birth_date", sa.Date()),
    )
    found = (
        sa.select(outcome.c.id, outcome.c.on, profile.c.birth_date, profile.c.segment, profile.c.region)
        .join(profile, profile.c.account_id == outcome.c.seeker_id)
        .where(outcome.c.stage.in_(HIRED))
    )
    rows = [
        {"row": row.id, "age": _age(row.birth_date, row.on), "segment": row.segment, "region": row.region}
        for row in _all(connection, found)
    ]
    if rows:
        kept: dict[str, Any] = {name: sa.bindparam(name) for name in ("age", "segment", "region")}
        connection.execute(sa.update(outcome).where(outcome.c.id == sa.bindparam("row")).values(kept), rows)


def _all(connection: Any, statement: Any) -> Iterator[Any]:
    return iter(connection.execute(statement).all())


def _age(born: date | None, on: date) -> int | None:
    return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))
