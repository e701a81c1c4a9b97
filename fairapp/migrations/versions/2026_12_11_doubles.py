"""Listings that a second source tells of."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_11_doubles"
down_revision = "2026_12_10_invited"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "listing_double",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("fair_id", NUMBER, nullable=False),
        sa.Column("listing_id", NUMBER, nullable=False),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("apart_at", MOMENT, nullable=True),
        sa.Column("apart_by", NUMBER, nullable=True),
        sa.CheckConstraint("(apart_at IS NULL) = (apart_by IS NULL)", name=op.f("ck_listing_double_apart")),
        sa.ForeignKeyConstraint(["apart_by"], ["account.id"], name=op.f("fk_listing_double_apart_by_account")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_listing_double_fair_id_fair")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_listing_double_listing_id_listing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_double")),
        sa.UniqueConstraint("fair_id", "identity", name=op.f("uq_listing_double_fair_id_identity")),
    )
    op.create_index("ix_listing_double_fair", "listing_double", ["fair_id", "id"])
    op.create_index("ix_listing_double_listing", "listing_double", ["listing_id"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("listing_double")
