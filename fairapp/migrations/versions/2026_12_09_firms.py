"""Employers that may be one: telephone, likely pairs, merges, and who does not see by which receipt."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_09_firms"
down_revision = "2026_12_08_correction"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change."""
    op.add_column("employer", sa.Column("phone", sa.String(length=30), server_default=sa.text("''"), nullable=False))
    with op.batch_alter_table("employer") as batch:
        batch.add_column(sa.Column("merged_into_id", NUMBER, nullable=True))
        batch.create_foreign_key(op.f("fk_employer_merged_into_id_employer"), "employer", ["merged_into_id"], ["id"])
    op.create_index(op.f("ix_employer_merged_into_id"), "employer", ["merged_into_id"])
    _of_receipts()
    _of_looking()
    _of_merges()


def _of_receipts() -> None:
    op.create_table(
        "consent_bar",
        sa.Column("consent_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("account_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("merge_id", NUMBER, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_consent_bar_account_id_account")),
        sa.ForeignKeyConstraint(["consent_id"], ["consent.id"], name=op.f("fk_consent_bar_consent_id_consent")),
        sa.PrimaryKeyConstraint("consent_id", "account_id", "merge_id", name=op.f("pk_consent_bar")),
    )
    op.create_index("ix_consent_bar_account", "consent_bar", ["account_id"])
    op.create_index("ix_consent_bar_merge", "consent_bar", ["merge_id"])


def _of_looking() -> None:
    op.create_table(
        "firm_key",
        sa.Column("employer_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_firm_key_employer_id_employer")),
        sa.PrimaryKeyConstraint("employer_id", "key", name=op.f("pk_firm_key")),
    )
    op.create_index("ix_firm_key_key", "firm_key", ["key"])
    op.create_table(
        "firm_look",
        sa.Column("employer_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("rev", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_firm_look_employer_id_employer")),
        sa.PrimaryKeyConstraint("employer_id", name=op.f("pk_firm_look")),
    )
    op.create_table(
        "firm_pair",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("low_id", NUMBER, nullable=False),
        sa.Column("high_id", NUMBER, nullable=False),
        sa.Column("permille", NUMBER, nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("decision", sa.String(length=9), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", NUMBER, nullable=True),
        sa.CheckConstraint("decision IN ('same', 'different', 'gone')", name=op.f("ck_firm_pair_decision")),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_firm_pair_decided")),
        sa.CheckConstraint("low_id < high_id", name=op.f("ck_firm_pair_order")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_firm_pair_decided_by_account")),
        sa.ForeignKeyConstraint(["high_id"], ["employer.id"], name=op.f("fk_firm_pair_high_id_employer")),
        sa.ForeignKeyConstraint(["low_id"], ["employer.id"], name=op.f("fk_firm_pair_low_id_employer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_pair")),
        sa.UniqueConstraint("low_id", "high_id", name=op.f("uq_firm_pair_low_id_high_id")),
    )
    op.create_index("ix_firm_pair_high", "firm_pair", ["high_id"])
    op.create_index("ix_firm_pair_open", "firm_pair", ["decision", "id"])


def _of_merges() -> None:
    op.create_table(
        "employer_merge",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kept_id", NUMBER, nullable=False),
        sa.Column("absorbed_id", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", NUMBER, nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by", NUMBER, nullable=True),
        sa.CheckConstraint("kept_id <> absorbed_id", name=op.f("ck_employer_merge_two")),
        sa.ForeignKeyConstraint(["absorbed_id"], ["employer.id"], name=op.f("fk_employer_merge_absorbed_id_employer")),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_employer_merge_by_account")),
        sa.ForeignKeyConstraint(["kept_id"], ["employer.id"], name=op.f("fk_employer_merge_kept_id_employer")),
        sa.ForeignKeyConstraint(["undone_by"], ["account.id"], name=op.f("fk_employer_merge_undone_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_merge")),
    )
    op.create_index("ix_employer_merge_kept", "employer_merge", ["kept_id"])
    op.create_index(
        "uq_employer_merge_absorbed",
        "employer_merge",
        ["absorbed_id"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )


def downgrade() -> None:
    """Take it back: employers that rest stay as they are, each by itself again in name alone."""
    for name in ("employer_merge", "firm_pair", "firm_look", "firm_key", "consent_bar"):
        op.drop_table(name)
    op.drop_index(op.f("ix_employer_merged_into_id"), "employer")
    with op.batch_alter_table("employer") as batch:
        batch.drop_constraint(op.f("fk_employer_merged_into_id_employer"), type_="foreignkey")
        batch.drop_column("merged_into_id")
        batch.drop_column("phone")
