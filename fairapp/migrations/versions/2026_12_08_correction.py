"""Values of partners' records that their people contest."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_08_correction"
down_revision = "2026_12_07_desk"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "correction",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("record_id", NUMBER, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("contested", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("wished", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("warned_at", MOMENT, nullable=True),
        sa.Column("state", sa.String(length=9), server_default=sa.text("'open'"), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("answer", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", NUMBER, nullable=True),
        sa.CheckConstraint("(state = 'corrected') = (value IS NOT NULL)", name=op.f("ck_correction_value")),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_correction_ended")),
        sa.CheckConstraint(
            "state IN ('open', 'corrected', 'deleted', 'refused', 'dropped')", name=op.f("ck_correction_state")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_correction_account_id_account")),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f("fk_correction_ended_by_account")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_correction_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index("ix_correction_account", "correction", ["account_id", "id"])
    op.create_index("ix_correction_due", "correction", ["state", "due_on", "id"])
    op.create_index("ix_correction_record", "correction", ["record_id", "id"])
    op.create_index(
        "uq_correction_open",
        "correction",
        ["record_id", "field"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("correction")
