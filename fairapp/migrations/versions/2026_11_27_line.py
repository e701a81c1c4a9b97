"""The walk-in line; people without an address, who are registered at the desk."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_line"
down_revision = "2026_11_26_time"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ADDRESS = sa.String(320).with_variant(sa.String(320, collation="C"), "postgresql")
LIVE = sa.text("ended_at IS NULL")


def _to(name: str, target: str, *, null: bool = False) -> "sa.Column[int]":
    return sa.Column(name, NUMBER, sa.ForeignKey(f"{target}.id"), nullable=null)


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "line",
        sa.Column("id", NUMBER, nullable=False),
        _to("booth_id", "booth"),
        sa.Column("minutes", NUMBER, nullable=False),
        sa.Column("last_ticket", NUMBER, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.CheckConstraint("minutes BETWEEN 5 AND 120 AND minutes % 5 = 0", name=op.f("ck_line_minutes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line")),
        sa.UniqueConstraint("booth_id", name=op.f("uq_line_booth_id")),
    )
    status = "status IN ('waiting', 'called', 'meeting', 'met', 'skipped', 'left', 'closed')"
    booking = "status NOT IN ('called', 'meeting') OR booking_id IS NOT NULL"
    op.create_table(
        "line_entry",
        sa.Column("id", NUMBER, nullable=False),
        _to("line_id", "line"),
        _to("seeker_id", "account"),
        sa.Column("ticket", NUMBER, nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("joined_at", MOMENT, nullable=False),
        _to("joined_by", "account", null=True),
        *(sa.Column(name, MOMENT, nullable=True) for name in ("called_at", "call_expires_at")),
        _to("booking_id", "booking", null=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(status, name=op.f("ck_line_entry_status")),
        sa.CheckConstraint("(status = 'called') = (call_expires_at IS NOT NULL)", name=op.f("ck_line_entry_call")),
        sa.CheckConstraint(booking, name=op.f("ck_line_entry_booking")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_entry")),
    )
    one = ["line_id", "seeker_id"]
    op.create_index("uq_line_entry_live", "line_entry", one, unique=True, sqlite_where=LIVE, postgresql_where=LIVE)
    op.create_index("ix_line_entry_line", "line_entry", ["line_id", "status", "id"])
    op.create_index("ix_line_entry_booking", "line_entry", ["booking_id"])
    op.create_index("ix_line_entry_seeker", "line_entry", ["seeker_id", "id"])
    with op.batch_alter_table("account") as batch:
        batch.alter_column("email", existing_type=ADDRESS, nullable=True)


def downgrade() -> None:
    """Take it back; who has no address is given one that reaches nobody (RFC 2606)."""
    op.execute("UPDATE account SET email = 'desk-' || id || '@desk.invalid' WHERE email IS NULL")
    with op.batch_alter_table("account") as batch:
        batch.alter_column("email", existing_type=ADDRESS, nullable=False)
    op.drop_table("line_entry")
    op.drop_table("line")
