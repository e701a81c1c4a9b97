"""When an employer invited a candidate who agreed to be seen."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_10_invited"
down_revision = "2026_12_09_firms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("candidacy") as table:
        table.add_column(sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("candidacy") as table:
        table.drop_column("invited_at")
