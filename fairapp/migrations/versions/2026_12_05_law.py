"""The person's rights: accounts that are erased, records of destruction, receipts that say how, files of one's own data."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_05_law"
down_revision = "2026_12_06_joining"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COMING = sa.text("erase_at IS NOT NULL")


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("account") as batch:
        for name in ("seen_at", "warned_at", "erase_at", "erased_at"):
            batch.add_column(sa.Column(name, MOMENT, nullable=True))
        batch.create_check_constraint(
            op.f("ck_account_erased"), "erased_at IS NULL OR (email IS NULL AND password_hash IS NULL)"
        )
    op.create_index("ix_account_erase_at", "account", ["erase_at"], sqlite_where=COMING, postgresql_where=COMING)
    with op.batch_alter_table("consent") as batch:
        batch.add_column(sa.Column("way", sa.String(8), nullable=False, server_default=sa.text("'page'")))
        batch.add_column(sa.Column("stated_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("wording", sa.String(12), nullable=False, server_default=sa.text("''")))
        batch.create_check_constraint(op.f("ck_consent_way"), "way IN ('page', 'desk', 'partner')")
    op.create_index("ix_consent_until", "consent", ["until"])
    op.create_table(
        "destruction",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("rule", sa.String(20), nullable=False),
        sa.Column("account_id", NUMBER, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("rows", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destruction")),
    )
    op.create_index("ix_destruction_account_id", "destruction", ["account_id"])
    op.create_table(
        "person_file",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("account_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("file", sa.String(120), nullable=True),
        sa.Column("size", NUMBER, nullable=True),
        sa.Column("made_at", MOMENT, nullable=True),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'making', 'ready', 'failed', 'deleted')", name=op.f("ck_person_file_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_file")),
    )
    op.create_index("ix_person_file_account_id", "person_file", ["account_id"])
    op.create_index("ix_person_file_state", "person_file", ["state", "id"])
    _add_paper_duties()


def _add_paper_duties() -> None:
    op.create_table(
        "paper_duty",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("consent_id", NUMBER, sa.ForeignKey("consent.id"), nullable=False),
        sa.Column("seeker_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("employer_id", NUMBER, sa.ForeignKey("employer.id"), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_by", NUMBER, sa.ForeignKey("account.id"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_duty")),
        sa.UniqueConstraint("consent_id", name=op.f("uq_paper_duty_consent_id")),
    )
    op.create_index("ix_paper_duty_employer", "paper_duty", ["employer_id", "done_at", "due_at"])
    op.create_index("ix_paper_duty_seeker", "paper_duty", ["seeker_id", "employer_id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("paper_duty")
    op.drop_table("person_file")
    op.drop_table("destruction")
    op.drop_index("ix_consent_until", "consent")
    with op.batch_alter_table("consent") as batch:
        batch.drop_constraint(op.f("ck_consent_way"), type_="check")
        for name in ("wording", "stated_on", "way"):
            batch.drop_column(name)
    op.drop_index("ix_account_erase_at", "account")
    with op.batch_alter_table("account") as batch:
        batch.drop_constraint(op.f("ck_account_erased"), type_="check")
        for name in ("erased_at", "erase_at", "warned_at", "seen_at"):
            batch.drop_column(name)
