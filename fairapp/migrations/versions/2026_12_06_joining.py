"""Joining data: sources, how their columns are read, imports, records of people, likely pairs, merges."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_06_joining"
down_revision = "2026_12_05_agreements"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "account_merge",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kept_id", NUMBER, nullable=False),
        sa.Column("absorbed_id", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", NUMBER, nullable=True),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by", NUMBER, nullable=True),
        sa.CheckConstraint("kept_id <> absorbed_id", name=op.f("ck_account_merge_two")),
        sa.ForeignKeyConstraint(["absorbed_id"], ["account.id"], name=op.f("fk_account_merge_absorbed_id_account")),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_account_merge_by_account")),
        sa.ForeignKeyConstraint(["kept_id"], ["account.id"], name=op.f("fk_account_merge_kept_id_account")),
        sa.ForeignKeyConstraint(["undone_by"], ["account.id"], name=op.f("fk_account_merge_undone_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_merge")),
    )
    op.create_index("ix_account_merge_kept", "account_merge", ["kept_id"])
    op.create_index(
        "uq_account_merge_absorbed",
        "account_merge",
        ["absorbed_id"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )

    op.create_table(
        "likely_pair",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("low_id", NUMBER, nullable=False),
        sa.Column("high_id", NUMBER, nullable=False),
        sa.Column("permille", NUMBER, nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("decision", sa.String(length=9), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", NUMBER, nullable=True),
        sa.CheckConstraint("decision IN ('same', 'different', 'gone')", name=op.f("ck_likely_pair_decision")),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_likely_pair_decided")),
        sa.CheckConstraint("low_id < high_id", name=op.f("ck_likely_pair_order")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_likely_pair_decided_by_account")),
        sa.ForeignKeyConstraint(["high_id"], ["account.id"], name=op.f("fk_likely_pair_high_id_account")),
        sa.ForeignKeyConstraint(["low_id"], ["account.id"], name=op.f("fk_likely_pair_low_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likely_pair")),
        sa.UniqueConstraint("low_id", "high_id", name=op.f("uq_likely_pair_low_id_high_id")),
    )
    op.create_index("ix_likely_pair_high", "likely_pair", ["high_id"])
    op.create_index("ix_likely_pair_open", "likely_pair", ["decision", "id"])

    op.create_table(
        "data_source",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("giver_id", NUMBER, nullable=False),
        sa.Column("receiver_id", NUMBER, nullable=False),
        sa.Column("fair_id", NUMBER, nullable=True),
        sa.Column("consent", sa.String(length=8), nullable=False),
        sa.Column("consented_on", sa.Date(), nullable=True),
        sa.Column("whole", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("address", sa.String(length=500), server_default=sa.text("''"), nullable=False),
        sa.Column("every_hours", NUMBER, nullable=True),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("etag", sa.String(length=200), server_default=sa.text("''"), nullable=False),
        sa.Column("created_by", NUMBER, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("(consent = 'stated') = (consented_on IS NOT NULL)", name=op.f("ck_data_source_stated")),
        sa.CheckConstraint("(kind = 'listings') = (fair_id IS NOT NULL)", name=op.f("ck_data_source_fair")),
        sa.CheckConstraint("consent IN ('column', 'stated', 'ask')", name=op.f("ck_data_source_consent")),
        sa.CheckConstraint(
            "kind IN ('seekers', 'trainees', 'employers', 'listings')", name=op.f("ck_data_source_kind")
        ),
        sa.CheckConstraint("every_hours IS NULL OR every_hours BETWEEN 1 AND 720", name=op.f("ck_data_source_every")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_data_source_created_by_account")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_data_source_fair_id_fair")),
        sa.ForeignKeyConstraint(["giver_id"], ["agency.id"], name=op.f("fk_data_source_giver_id_agency")),
        sa.ForeignKeyConstraint(["receiver_id"], ["agency.id"], name=op.f("fk_data_source_receiver_id_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_source")),
    )
    op.create_index("ix_data_source_giver", "data_source", ["giver_id", "id"])
    op.create_index("ix_data_source_next", "data_source", ["next_at"])
    op.create_index("ix_data_source_receiver", "data_source", ["receiver_id", "id"])

    op.create_table(
        "column_map",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("source_id", NUMBER, nullable=False),
        sa.Column("headings", sa.String(length=64), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("constants", sa.JSON(), nullable=False),
        sa.Column("made_by", NUMBER, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_column_map_made_by_account")),
        sa.ForeignKeyConstraint(["source_id"], ["data_source.id"], name=op.f("fk_column_map_source_id_data_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_map")),
        sa.UniqueConstraint("source_id", "headings", name=op.f("uq_column_map_source_id_headings")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("source_id", NUMBER, nullable=False),
        sa.Column("way", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("by", NUMBER, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.Column("error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("added", NUMBER, server_default=sa.text("0"), nullable=False),
        sa.Column("changed", NUMBER, server_default=sa.text("0"), nullable=False),
        sa.Column("unchanged", NUMBER, server_default=sa.text("0"), nullable=False),
        sa.Column("refused", NUMBER, server_default=sa.text("0"), nullable=False),
        sa.Column("gone", NUMBER, server_default=sa.text("0"), nullable=False),
        sa.Column("rejected", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('unmapped', 'ready', 'due', 'done', 'failed', 'dropped')", name=op.f("ck_import_run_state")
        ),
        sa.CheckConstraint("way IN ('upload', 'api', 'fetch')", name=op.f("ck_import_run_way")),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_import_run_by_account")),
        sa.ForeignKeyConstraint(["source_id"], ["data_source.id"], name=op.f("fk_import_run_source_id_data_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_index("ix_import_run_due", "import_run", ["state", "id"])
    op.create_index("ix_import_run_source", "import_run", ["source_id", "id"])

    op.create_table(
        "record",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("source_id", NUMBER, nullable=False),
        sa.Column("own_id", sa.String(length=120), nullable=False),
        sa.Column("account_id", NUMBER, nullable=True),
        sa.Column("joined_by", sa.String(length=8), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_key", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("consented_on", sa.Date(), nullable=True),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("gone_at", MOMENT, nullable=True),
        sa.Column("rev", NUMBER, server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_record_account_id_account")),
        sa.ForeignKeyConstraint(["source_id"], ["data_source.id"], name=op.f("fk_record_source_id_data_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("source_id", "own_id", name=op.f("uq_record_source_id_own_id")),
    )
    op.create_index("ix_record_account", "record", ["account_id"])
    op.create_index("ix_record_birth_date", "record", ["birth_date"])
    op.create_index("ix_record_email", "record", ["email"])
    op.create_index("ix_record_name_key", "record", ["name_key"])
    op.create_index("ix_record_phone", "record", ["phone"])
    op.create_index(
        "ix_record_unjoined",
        "record",
        ["id"],
        sqlite_where=sa.text("account_id IS NULL AND gone_at IS NULL"),
        postgresql_where=sa.text("account_id IS NULL AND gone_at IS NULL"),
    )

    op.create_table(
        "record_version",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("record_id", NUMBER, nullable=False),
        sa.Column("rev", NUMBER, nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_record_version_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_version")),
        sa.UniqueConstraint("record_id", "rev", name=op.f("uq_record_version_record_id_rev")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("record_version")

    op.drop_table("record")

    op.drop_table("import_run")
    op.drop_table("column_map")

    op.drop_table("data_source")

    op.drop_table("likely_pair")

    op.drop_table("account_merge")
