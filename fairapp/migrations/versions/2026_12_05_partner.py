"""What goes out to partners: keys, changes in one order, webhooks and their deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_05_partner"
down_revision = "2026_12_05_visit"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change."""
    _keys()
    _changes()
    _hooks()


def _keys() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column(
            "agency_id", NUMBER, sa.ForeignKey("agency.id", name=op.f("fk_api_key_agency_id_agency")), nullable=False
        ),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("per_minute", NUMBER, nullable=False),
        sa.Column("hint", sa.String(20), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column(
            "created_by",
            NUMBER,
            sa.ForeignKey("account.id", name=op.f("fk_api_key_created_by_account")),
            nullable=False,
        ),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column(
            "replaces_id",
            NUMBER,
            sa.ForeignKey("api_key.id", name=op.f("fk_api_key_replaces_id_api_key")),
            nullable=True,
        ),
        sa.CheckConstraint("per_minute BETWEEN 1 AND 6000", name=op.f("ck_api_key_per_minute")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_key_secret_hash")),
    )
    op.create_index("ix_api_key_agency", "api_key", ["agency_id", "id"])


def _changes() -> None:
    counter = op.create_table(
        "change_counter",
        sa.Column("id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("seq", NUMBER, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_change_counter_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_counter")),
    )
    op.bulk_insert(counter, [{"id": 1, "seq": 0}])
    op.create_table(
        "change",
        sa.Column("seq", NUMBER, nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("fair_id", NUMBER, sa.ForeignKey("fair.id", name=op.f("fk_change_fair_id_fair")), nullable=False),
        sa.Column(
            "listing_id", NUMBER, sa.ForeignKey("listing.id", name=op.f("fk_change_listing_id_listing")), nullable=True
        ),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change")),
    )
    op.create_index("ix_change_at", "change", ["at"])
    op.create_index("ix_change_listing", "change", ["listing_id", "seq"])
    op.create_table(
        "public_listing",
        sa.Column(
            "listing_id",
            NUMBER,
            sa.ForeignKey("listing.id", name=op.f("fk_public_listing_listing_id_listing")),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column(
            "fair_id", NUMBER, sa.ForeignKey("fair.id", name=op.f("fk_public_listing_fair_id_fair")), nullable=False
        ),
        sa.Column(
            "booth_id", NUMBER, sa.ForeignKey("booth.id", name=op.f("fk_public_listing_booth_id_booth")), nullable=False
        ),
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_public_listing")),
    )
    op.create_index("ix_public_listing_until", "public_listing", ["until"])
    op.create_index("ix_public_listing_fair", "public_listing", ["fair_id", "listing_id"])
    op.create_index("ix_public_listing_booth", "public_listing", ["booth_id"])
    op.create_index("ix_public_listing_seq", "public_listing", ["seq"])
    op.create_index("ix_public_listing_fair_seq", "public_listing", ["fair_id", "seq"])
    op.create_table(
        "fair_read",
        sa.Column(
            "fair_id",
            NUMBER,
            sa.ForeignKey("fair.id", name=op.f("fk_fair_read_fair_id_fair")),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=True),
        sa.Column("compared_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("fair_id", name=op.f("pk_fair_read")),
    )


def _hooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column(
            "agency_id", NUMBER, sa.ForeignKey("agency.id", name=op.f("fk_webhook_agency_id_agency")), nullable=False
        ),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("former_until", MOMENT, nullable=True),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column(
            "created_by",
            NUMBER,
            sa.ForeignKey("account.id", name=op.f("fk_webhook_created_by_account")),
            nullable=False,
        ),
        sa.CheckConstraint("state IN ('active', 'dead', 'removed')", name=op.f("ck_webhook_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index("ix_webhook_agency", "webhook", ["agency_id", "id"])
    op.create_index("ix_webhook_state", "webhook", ["state", "id"])
    op.create_table(
        "delivery",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column(
            "webhook_id",
            NUMBER,
            sa.ForeignKey("webhook.id", name=op.f("fk_delivery_webhook_id_webhook")),
            nullable=False,
        ),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("message_id", sa.String(60), nullable=False),
        sa.Column("after", NUMBER, nullable=False),
        sa.Column("up_to", NUMBER, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("tries", NUMBER, nullable=False),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("status", NUMBER, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('changes', 'again', 'test')", name=op.f("ck_delivery_kind")),
        sa.CheckConstraint("state IN ('due', 'sending', 'sent', 'failed')", name=op.f("ck_delivery_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index("ix_delivery_due", "delivery", ["state", "due_at"])
    op.create_index("ix_delivery_webhook", "delivery", ["webhook_id", "id"])
    waiting = sa.text("kind = 'changes' AND state <> 'sent'")
    op.create_index(
        "uq_delivery_waiting", "delivery", ["webhook_id"], unique=True, sqlite_where=waiting, postgresql_where=waiting
    )


def downgrade() -> None:
    """Undo it."""
    for table in ("delivery", "webhook", "fair_read", "public_listing", "change", "change_counter", "api_key"):
        op.drop_table(table)
