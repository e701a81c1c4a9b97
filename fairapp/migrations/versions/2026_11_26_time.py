"""Slots with several hosts, open rooms, buffers and opening times; policies of a fair; ways between sites; wider wishes."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_time"
down_revision = "2026_11_26_listing"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ZERO = sa.text("0")
CHOSEN = {"host_id": "account", "room_id": "room"}


def _id(name: str, target: str) -> "sa.Column[int]":
    return sa.Column(name, NUMBER, sa.ForeignKey(target), nullable=False)


def upgrade() -> None:
    """Make the change."""
    _new_tables()
    _widen_fairs()
    _widen_slots()
    _widen_bookings()
    with op.batch_alter_table("waitlist_entry") as batch:
        for name, target in (("host_id", "account"), ("listing_id", "listing")):
            _reference(batch, "waitlist_entry", name, target)
        batch.add_column(sa.Column("from_minute", NUMBER, server_default=ZERO, nullable=False))
        batch.add_column(sa.Column("to_minute", NUMBER, server_default=sa.text("1440"), nullable=False))
        inside = "0 <= from_minute AND from_minute < to_minute AND to_minute <= 1440"
        batch.create_check_constraint(op.f("ck_waitlist_entry_minutes"), inside)
    op.add_column("listing", sa.Column("needs", sa.JSON(), nullable=True))


def _reference(batch: object, table: str, name: str, target: str) -> None:
    batch.add_column(sa.Column(name, NUMBER, nullable=True))  # type: ignore[attr-defined]
    batch.create_foreign_key(op.f(f"fk_{table}_{name}_{target}"), target, [name], ["id"])  # type: ignore[attr-defined]


def _new_tables() -> None:
    op.create_table(
        "site_distance",
        _id("site_a", "site.id"),
        _id("site_b", "site.id"),
        sa.Column("minutes", NUMBER, nullable=False),
        sa.CheckConstraint("site_a < site_b", name=op.f("ck_site_distance_order")),
        sa.CheckConstraint("minutes BETWEEN 0 AND 240", name=op.f("ck_site_distance_minutes")),
        sa.PrimaryKeyConstraint("site_a", "site_b", name=op.f("pk_site_distance")),
    )
    limits = ("in_row", "per_day", "per_fair")
    op.create_table(
        "host_limit",
        _id("fair_id", "fair.id"),
        _id("account_id", "account.id"),
        *(sa.Column(name, NUMBER, nullable=True) for name in limits),
        *(sa.CheckConstraint(f"{x} IS NULL OR {x} >= 1", name=op.f(f"ck_host_limit_{x}")) for x in limits),
        sa.PrimaryKeyConstraint("fair_id", "account_id", name=op.f("pk_host_limit")),
    )
    op.create_table(
        "slot_host",
        _id("slot_id", "slot.id"),
        _id("account_id", "account.id"),
        sa.PrimaryKeyConstraint("slot_id", "account_id", name=op.f("pk_slot_host")),
    )
    op.create_index("ix_slot_host_account", "slot_host", ["account_id", "slot_id"])


NUMBERS = {"change_minutes": "60", "book_minutes": "0", "quota_relaxes_minutes": "0", "grace_minutes": "10"}


def _widen_fairs() -> None:
    with op.batch_alter_table("fair") as batch:
        for name, usual in NUMBERS.items():
            batch.add_column(sa.Column(name, NUMBER, server_default=sa.text(usual), nullable=False))
        for name in ("ahead_days", "quota"):
            batch.add_column(sa.Column(name, NUMBER, nullable=True))
        policy = "change_minutes >= 0 AND book_minutes >= 0 AND quota_relaxes_minutes >= 0"
        batch.create_check_constraint(op.f("ck_fair_policy"), policy)
        batch.create_check_constraint(op.f("ck_fair_quota"), "quota IS NULL OR quota >= 1")
    op.execute("UPDATE fair SET change_minutes = cancel_minutes")  # one policy held for both until now
    with op.batch_alter_table("site") as batch:
        batch.add_column(sa.Column("reach_minutes", NUMBER, server_default=sa.text("10"), nullable=False))
        batch.create_check_constraint(op.f("ck_site_reach"), "reach_minutes BETWEEN 0 AND 240")


CHECKS = {
    "hosting": "hosting IN ('one', 'panel', 'any')",
    "host": "(hosting = 'any') = (host_id IS NULL)",
    "one_place": "room_id IS NULL OR pool_site_id IS NULL",
    "busy": "busy_from <= starts_at AND ends_at <= busy_until",
    "requests": "request_minutes >= 0 AND (request_minutes > 0 OR NOT requests_only)",
}
FLAGS = ("for_line", "requests_only")


def _widen_slots() -> None:
    with op.batch_alter_table("slot") as batch:
        batch.add_column(sa.Column("hosting", sa.String(5), server_default="one", nullable=False))
        _reference(batch, "slot", "pool_site_id", "site")
        for name in ("busy_from", "busy_until", "opens_at"):
            batch.add_column(sa.Column(name, MOMENT, nullable=True))
        for name in FLAGS:
            batch.add_column(sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("request_minutes", NUMBER, server_default=ZERO, nullable=False))
    op.execute("UPDATE slot SET busy_from = starts_at, busy_until = ends_at")
    with op.batch_alter_table("slot") as batch:
        for name in ("busy_from", "busy_until"):
            batch.alter_column(name, existing_type=MOMENT, nullable=False)
        batch.alter_column("host_id", existing_type=NUMBER, nullable=True)
        for name, what in CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_slot_{name}"), what)


def _widen_bookings() -> None:
    with op.batch_alter_table("booking") as batch:
        for name, target in (("host_id", "account"), ("room_id", "room"), ("before_id", "booking")):
            _reference(batch, "booking", name, target)
        batch.add_column(sa.Column("change_until", MOMENT, nullable=True))
        batch.add_column(sa.Column("coming_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("answers", sa.JSON(), server_default="{}", nullable=False))
    op.execute("UPDATE booking SET change_until = cancel_until")
    with op.batch_alter_table("booking") as batch:
        batch.alter_column("change_until", existing_type=MOMENT, nullable=False)
        batch.alter_column("answers", existing_type=sa.JSON(), server_default=None)
        batch.create_index("ix_booking_host", ["host_id", "id"])
        batch.create_index("ix_booking_before", ["before_id"])
    with op.batch_alter_table("booking_history") as batch:
        for name, target in CHOSEN.items():
            _reference(batch, "booking_history", name, target)


def downgrade() -> None:
    """Take it back; of a slot that any of several may give, the first is kept as its host."""
    op.drop_column("listing", "needs")
    with op.batch_alter_table("waitlist_entry") as batch:
        batch.drop_constraint(op.f("ck_waitlist_entry_minutes"), type_="check")
        _drop(batch, "waitlist_entry", {"host_id": "account", "listing_id": "listing"})
        batch.drop_column("from_minute")
        batch.drop_column("to_minute")
    with op.batch_alter_table("booking_history") as batch:
        _drop(batch, "booking_history", CHOSEN)
    with op.batch_alter_table("booking") as batch:
        batch.drop_index("ix_booking_before")
        batch.drop_index("ix_booking_host")
        _drop(batch, "booking", {"host_id": "account", "room_id": "room", "before_id": "booking"})
        for name in ("change_until", "coming_at", "answers"):
            batch.drop_column(name)
    first = "(SELECT min(account_id) FROM slot_host WHERE slot_id = slot.id)"
    with op.batch_alter_table("slot") as batch:
        for name in CHECKS:
            batch.drop_constraint(op.f(f"ck_slot_{name}"), type_="check")
    op.execute(f"UPDATE slot SET host_id = {first} WHERE host_id IS NULL")  # noqa: S608 (a constant)
    with op.batch_alter_table("slot") as batch:
        batch.alter_column("host_id", existing_type=NUMBER, nullable=False)
        _drop(batch, "slot", {"pool_site_id": "site"})
        for name in ("hosting", "busy_from", "busy_until", "opens_at", *FLAGS, "request_minutes"):
            batch.drop_column(name)
    with op.batch_alter_table("site") as batch:
        batch.drop_constraint(op.f("ck_site_reach"), type_="check")
        batch.drop_column("reach_minutes")
    with op.batch_alter_table("fair") as batch:
        for name in ("policy", "quota"):
            batch.drop_constraint(op.f(f"ck_fair_{name}"), type_="check")
        for name in (*NUMBERS, "ahead_days", "quota"):
            batch.drop_column(name)
    for name in ("slot_host", "host_limit", "site_distance"):
        op.drop_table(name)


def _drop(batch: object, table: str, columns: dict[str, str]) -> None:
    for name, target in columns.items():
        batch.drop_constraint(op.f(f"fk_{table}_{name}_{target}"), type_="foreignkey")  # type: ignore[attr-defined]
        batch.drop_column(name)  # type: ignore[attr-defined]
