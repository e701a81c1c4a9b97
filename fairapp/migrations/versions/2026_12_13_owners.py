"""Two accounts that both have owners: whether they were asked, and what each said."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_13_owners"
down_revision = "2026_12_12_firm_value"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHECKS = {
    "asked": "(asked_at IS NULL) = (asked_by IS NULL)",
    "answered": "asked_at IS NOT NULL OR (low_yes_at IS NULL AND high_yes_at IS NULL)",
}
BY = "fk_likely_pair_asked_by_account"


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("likely_pair") as table:
        table.add_column(sa.Column("asked_at", MOMENT, nullable=True))
        table.add_column(sa.Column("asked_by", NUMBER, nullable=True))
        table.add_column(sa.Column("low_yes_at", MOMENT, nullable=True))
        table.add_column(sa.Column("high_yes_at", MOMENT, nullable=True))
        table.create_foreign_key(op.f(BY), "account", ["asked_by"], ["id"])
        for name, rule in CHECKS.items():
            table.create_check_constraint(op.f(f"ck_likely_pair_{name}"), rule)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("likely_pair") as table:
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck_likely_pair_{name}"), type_="check")
        table.drop_constraint(op.f(BY), type_="foreignkey")
        for name in ("asked_at", "asked_by", "low_yes_at", "high_yes_at"):
            table.drop_column(name)
