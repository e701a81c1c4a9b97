"""An agency's rule for who does not come, off unless it says so, and what people say to it."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_absence"
down_revision = "2026_11_30_note"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change."""
    op.add_column("agency", sa.Column("absence_limit", NUMBER, nullable=True))
    op.add_column("agency", sa.Column("absence_days", NUMBER, nullable=False, server_default=sa.text("90")))
    op.create_table(
        "appeal",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("booking_id", NUMBER, sa.ForeignKey("booking.id"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", NUMBER, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("(decided_at IS NULL) = (accepted IS NULL)", name=op.f("ck_appeal_decided")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_appeal_booking_id")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("appeal")
    op.drop_column("agency", "absence_days")
    op.drop_column("agency", "absence_limit")
