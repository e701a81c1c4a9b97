"""Notes of a coaching session: those that both read, and those that only the coach reads."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_note"
down_revision = "2026_11_29_draw"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "session_note",
        sa.Column("booking_id", NUMBER, sa.ForeignKey("booking.id"), nullable=False, autoincrement=False),
        sa.Column("author_id", NUMBER, sa.ForeignKey("account.id"), nullable=False, autoincrement=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("booking_id", "author_id", "private", name=op.f("pk_session_note")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("session_note")
