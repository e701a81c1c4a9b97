"""Reminders of bookings, the secret of one's calendar feed, busy times read from a calendar."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_reminder"
down_revision = "2026_11_27_line"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change."""
    one = ["booking_id", "time_rev", "kind", "account_id"]
    op.create_table(
        "reminder",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("booking_id", NUMBER, sa.ForeignKey("booking.id"), nullable=False),
        sa.Column("time_rev", NUMBER, nullable=False),
        sa.Column("kind", sa.String(5), nullable=False),
        sa.Column("account_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('day', 'hours')", name=op.f("ck_reminder_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(*one, name=op.f("uq_reminder_booking_id_time_rev_kind_account_id")),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("account_id", NUMBER, sa.ForeignKey("account.id"), nullable=False, autoincrement=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("renewed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_calendar_feed")),
    )
    with op.batch_alter_table("block") as batch:
        batch.add_column(sa.Column("imported", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("block") as batch:
        batch.drop_column("imported")
    op.drop_table("calendar_feed")
    op.drop_table("reminder")
