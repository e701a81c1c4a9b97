"""What agencies agree to share with one another."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_05_agreements"
down_revision = "2026_12_04_setup"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "agreement",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column(
            "giver_id", NUMBER, sa.ForeignKey("agency.id", name=op.f("fk_agreement_giver_id_agency")), nullable=False
        ),
        sa.Column(
            "receiver_id",
            NUMBER,
            sa.ForeignKey("agency.id", name=op.f("fk_agreement_receiver_id_agency")),
            nullable=False,
        ),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.String(300), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "offered_for",
            NUMBER,
            sa.ForeignKey("agency.id", name=op.f("fk_agreement_offered_for_agency")),
            nullable=False,
        ),
        sa.Column(
            "offered_by",
            NUMBER,
            sa.ForeignKey("account.id", name=op.f("fk_agreement_offered_by_account")),
            nullable=False,
        ),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column(
            "accepted_by",
            NUMBER,
            sa.ForeignKey("account.id", name=op.f("fk_agreement_accepted_by_account")),
            nullable=True,
        ),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column(
            "ended_by", NUMBER, sa.ForeignKey("account.id", name=op.f("fk_agreement_ended_by_account")), nullable=True
        ),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("giver_id <> receiver_id", name=op.f("ck_agreement_two_agencies")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_agreement_days")),
        sa.CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name=op.f("ck_agreement_accepted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    op.create_index("ix_agreement_giver", "agreement", ["giver_id", "receiver_id"])
    op.create_index("ix_agreement_receiver", "agreement", ["receiver_id"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("agreement")
