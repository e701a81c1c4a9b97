"""Visiting centres: where sites lie and what they offer, the days on which they are open, coaches' tours with their ways."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_05_visit"
down_revision = "2026_12_05_law"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
POINT = (
    "(latitude IS NULL) = (longitude IS NULL) AND (latitude IS NULL OR"
    " (latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180))"
)


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("site") as batch:
        batch.add_column(sa.Column("region", sa.String(5), nullable=True))
        batch.add_column(sa.Column("latitude", sa.Float(), nullable=True))
        batch.add_column(sa.Column("longitude", sa.Float(), nullable=True))
        batch.add_column(sa.Column("access", sa.String(80), nullable=False, server_default=sa.text("''")))
        batch.add_column(sa.Column("contact", sa.String(200), nullable=False, server_default=sa.text("''")))
        batch.create_check_constraint(op.f("ck_site_point"), POINT)
    with op.batch_alter_table("block") as batch:
        batch.add_column(sa.Column("travel", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "visit_rule",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("fair_id", NUMBER, sa.ForeignKey("fair.id"), nullable=False),
        sa.Column("site_id", NUMBER, sa.ForeignKey("site.id"), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("weekdays", sa.String(13), nullable=False),
        sa.Column("without_holidays", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_visit_rule_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_rule")),
    )
    op.create_index("ix_visit_rule_fair_id", "visit_rule", ["fair_id"])
    op.create_table(
        "visit",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("rule_id", NUMBER, sa.ForeignKey("visit_rule.id"), nullable=True),
        sa.Column("fair_id", NUMBER, sa.ForeignKey("fair.id"), nullable=False),
        sa.Column("site_id", NUMBER, sa.ForeignKey("site.id"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("rooms", NUMBER, nullable=False),
        sa.Column("off", sa.String(10), nullable=True),
        sa.Column("off_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("rev", NUMBER, nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_visit_times")),
        sa.CheckConstraint("rooms >= 1", name=op.f("ck_visit_rooms")),
        sa.CheckConstraint("off IN ('holiday', 'exception', 'cancelled')", name=op.f("ck_visit_off")),
        sa.CheckConstraint("(off IS NULL) = (off_at IS NULL)", name=op.f("ck_visit_off_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index("ix_visit_rule_id", "visit", ["rule_id"])
    op.create_index("ix_visit_starts", "visit", ["starts_at", "id"])
    op.create_index("ix_visit_fair_starts", "visit", ["fair_id", "starts_at", "id"])
    op.create_index("ix_visit_site_starts", "visit", ["site_id", "starts_at"])
    live = sa.text("off IS NULL")
    op.create_index(
        "uq_visit_live",
        "visit",
        ["fair_id", "site_id", "starts_at"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_table(
        "tour_stop",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("visit_id", NUMBER, sa.ForeignKey("visit.id"), nullable=False),
        sa.Column("coach_id", NUMBER, sa.ForeignKey("coach.id"), nullable=False),
        sa.Column("account_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("way_block_id", NUMBER, sa.ForeignKey("block.id"), nullable=True),
        sa.Column("way_minutes", NUMBER, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_tour_stop_times")),
        sa.CheckConstraint("(way_block_id IS NULL) = (way_minutes IS NULL)", name=op.f("ck_tour_stop_way")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tour_stop")),
        sa.UniqueConstraint("way_block_id", name=op.f("uq_tour_stop_way_block_id")),
    )
    op.create_index("ix_tour_stop_account_starts", "tour_stop", ["account_id", "starts_at"])
    op.create_index("ix_tour_stop_visit", "tour_stop", ["visit_id", "id"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("tour_stop")
    op.drop_table("visit")
    op.drop_table("visit_rule")
    # Nobody would give the time of a way back any more.
    op.execute("DELETE FROM time_claim WHERE block_id IN (SELECT id FROM block WHERE travel)")
    op.execute("DELETE FROM block WHERE travel")
    with op.batch_alter_table("block") as batch:
        batch.drop_column("travel")
    with op.batch_alter_table("site") as batch:
        batch.drop_constraint(op.f("ck_site_point"), type_="check")
        for name in ("contact", "access", "longitude", "latitude", "region"):
            batch.drop_column(name)
