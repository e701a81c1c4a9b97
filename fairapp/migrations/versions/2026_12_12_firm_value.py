"""What each source tells of an employer, and since when."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_12_firm_value"
down_revision = "2026_12_11_doubles"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "firm_value",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("employer_id", NUMBER, nullable=False),
        sa.Column("source_id", NUMBER, nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_firm_value_days")),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_firm_value_employer_id_employer")),
        sa.ForeignKeyConstraint(["source_id"], ["data_source.id"], name=op.f("fk_firm_value_source_id_data_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_value")),
    )
    op.create_index("ix_firm_value_employer", "firm_value", ["employer_id", "id"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("firm_value")
