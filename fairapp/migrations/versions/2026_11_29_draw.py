"""Draws: slots that are given to ranked wishes in an order that anybody can compute again."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_29_draw"
down_revision = "2026_11_28_reminder"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _to(name: str, target: str, *, null: bool = False) -> "sa.Column[int]":
    return sa.Column(name, NUMBER, sa.ForeignKey(f"{target}.id"), nullable=null)


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "draw",
        sa.Column("id", NUMBER, nullable=False),
        _to("fair_id", "fair"),
        _to("booth_id", "booth"),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("closes_at", MOMENT, nullable=False),
        sa.Column("draws_at", MOMENT, nullable=False),
        sa.Column("begun_at", MOMENT, nullable=True),
        sa.Column("done", NUMBER, nullable=False),
        sa.Column("drawn_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        _to("created_by", "account"),
        sa.CheckConstraint("closes_at <= draws_at", name=op.f("ck_draw_times")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
    )
    op.create_index("ix_draw_booth", "draw", ["booth_id", "id"])
    pending = sa.text("drawn_at IS NULL")
    op.create_index("ix_draw_due", "draw", ["draws_at"], sqlite_where=pending, postgresql_where=pending)
    op.create_table(
        "draw_slot",
        sa.Column("draw_id", NUMBER, sa.ForeignKey("draw.id"), nullable=False, autoincrement=False),
        sa.Column("slot_id", NUMBER, sa.ForeignKey("slot.id"), nullable=False, autoincrement=False),
        sa.Column("seats", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("draw_id", "slot_id", name=op.f("pk_draw_slot")),
        sa.UniqueConstraint("slot_id", name=op.f("uq_draw_slot_slot_id")),
    )
    op.create_table(
        "draw_entry",
        sa.Column("id", NUMBER, nullable=False),
        _to("draw_id", "draw"),
        _to("seeker_id", "account"),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        _to("listing_id", "listing", null=True),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("place", NUMBER, nullable=True),
        sa.Column("excluded", sa.JSON(), nullable=False),
        _to("won_id", "slot", null=True),
        _to("booking_id", "booking", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_entry")),
        sa.UniqueConstraint("draw_id", "seeker_id", name=op.f("uq_draw_entry_draw_id_seeker_id")),
        sa.UniqueConstraint("draw_id", "code", name=op.f("uq_draw_entry_draw_id_code")),
    )
    op.create_index("ix_draw_entry_place", "draw_entry", ["draw_id", "place"])


def downgrade() -> None:
    """Take it back."""
    for table in ("draw_entry", "draw_slot", "draw"):
        op.drop_table(table)
