"""Agencies may be desks for groups of people alone."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_07_desk"
down_revision = "2026_12_05_way"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the groups that an agency is for; none so far."""
    op.add_column("agency", sa.Column("serves", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
    with op.batch_alter_table("agency") as batch:  # for the rows that are there alone: JSON cannot be compared
        batch.alter_column("serves", server_default=None)


def downgrade() -> None:
    """Take them away."""
    op.drop_column("agency", "serves")
