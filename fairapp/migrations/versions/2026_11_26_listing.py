"""A listing's wage is legal until a moment, and the listing remembers whether it was announced as open."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from fairapp import clock

revision = "2026_11_26_listing"
down_revision = "2026_11_22_search"
branch_labels = None
depends_on = None

# KRW an hour, as known in November 2026. The step that comes with the minimum of a further year sets legal_until anew.
MINIMUM = {
    **{2015: 5_580, 2016: 6_030, 2017: 6_470, 2018: 7_530, 2019: 8_350, 2020: 8_590, 2021: 8_720},
    **{2022: 9_160, 2023: 9_620, 2024: 9_860, 2025: 10_030, 2026: 10_320, 2027: 10_700},
}
MOMENT = sa.DateTime(timezone=True)
LISTING = sa.table(
    "listing",
    *(sa.column(name, sa.BigInteger()) for name in ("salary_min", "salary_max", "hours_per_week")),
    *(sa.column(name, sa.BigInteger()) for name in ("headcount", "filled")),
    sa.column("salary_period", sa.String()),
    *(sa.column(name, MOMENT) for name in ("opens_at", "closes_at", "closed_at", "legal_until")),
    *(sa.column(name, sa.Boolean()) for name in ("legal_wage", "shown")),
)


def _is_below(hourly: int) -> Any:
    """Whether the wage does not reach so much an hour, reckoned as rules/wages.py does."""
    row = LISTING.c
    fifths = 5 * row.hours_per_week + sa.case(
        (row.hours_per_week < 15, 0), (row.hours_per_week < 40, row.hours_per_week), else_=40
    )
    parts = sa.case((row.salary_period == "hour", 1), (row.salary_period == "month", 12 * 35), else_=35)
    hours = sa.case((row.salary_period == "hour", 1), else_=fifths * 365)
    offered = sa.func.coalesce(row.salary_min, row.salary_max)
    return sa.and_(row.salary_period.is_not(None), offered * parts < hourly * hours)


def upgrade() -> None:
    """Make the change."""
    op.add_column("listing", sa.Column("legal_until", MOMENT, nullable=True))
    op.add_column("listing", sa.Column("shown", sa.Boolean(), server_default=sa.false(), nullable=False))
    now, row = clock.now(), LISTING.c
    for year, hourly in sorted(MINIMUM.items()):  # the first year whose minimum is not reached is the one that counts
        begins = datetime(year - 1, 12, 31, 15, tzinfo=UTC)  # midnight in Korea
        op.execute(LISTING.update().where(row.legal_until.is_(None), _is_below(hourly)).values(legal_until=begins))
    is_open = sa.and_(
        row.opens_at <= now, row.closes_at > now, row.closed_at.is_(None), row.headcount > row.filled,
        sa.or_(row.legal_until.is_(None), row.legal_until > now),
    )  # fmt: skip
    op.execute(LISTING.update().where(is_open).values(shown=True))
    op.drop_column("listing", "legal_wage")
    op.create_index("ix_listing_shown_closes", "listing", ["shown", "closes_at"])
    op.create_index("ix_listing_shown_legal", "listing", ["shown", "legal_until"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_listing_shown_legal", "listing")
    op.drop_index("ix_listing_shown_closes", "listing")
    op.add_column("listing", sa.Column("legal_wage", sa.Boolean(), nullable=True))
    until, now = LISTING.c.legal_until, clock.now()
    legal = sa.or_(until.is_(None), sa.and_(until > LISTING.c.opens_at, until > now))
    op.execute(LISTING.update().values(legal_wage=legal))
    with op.batch_alter_table("listing") as batch:
        batch.alter_column("legal_wage", existing_type=sa.Boolean(), nullable=False)
        batch.drop_column("legal_until")
        batch.drop_column("shown")
