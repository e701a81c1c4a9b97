"""Setting a fair up: where agencies are, which take part in a fair, its floor plan, booth places, rules, languages, letters."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_04_setup"
down_revision = "2026_12_03_trace"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change."""
    op.add_column("agency", sa.Column("region", sa.String(5), nullable=True))
    op.create_table(
        "fair_agency",
        sa.Column("fair_id", NUMBER, sa.ForeignKey("fair.id"), nullable=False, autoincrement=False),
        sa.Column("agency_id", NUMBER, sa.ForeignKey("agency.id"), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("fair_id", "agency_id", name=op.f("pk_fair_agency")),
    )
    op.create_index("ix_fair_agency_agency_id", "fair_agency", ["agency_id"])
    with op.batch_alter_table("fair") as batch:
        batch.add_column(sa.Column("booth_limit", NUMBER, nullable=True))
        batch.add_column(sa.Column("applications_until", MOMENT, nullable=True))
        batch.add_column(sa.Column("languages", sa.String(5), nullable=False, server_default=sa.text("'ko,en'")))
        batch.add_column(sa.Column("letter_note", sa.Text(), nullable=False, server_default=sa.text("''")))
        batch.add_column(sa.Column("letter_note_en", sa.Text(), nullable=False, server_default=sa.text("''")))
        batch.create_check_constraint(op.f("ck_fair_languages"), "languages IN ('ko', 'ko,en')")
    op.create_table(
        "floor_plan",
        sa.Column("site_id", NUMBER, sa.ForeignKey("site.id"), nullable=False, autoincrement=False),
        sa.Column("columns", NUMBER, nullable=False),
        sa.Column("rows", NUMBER, nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=True),
        sa.Column("image_kind", sa.String(10), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint("columns BETWEEN 1 AND 60 AND rows BETWEEN 1 AND 60", name=op.f("ck_floor_plan_size")),
        sa.CheckConstraint("(image IS NULL) = (image_kind IS NULL)", name=op.f("ck_floor_plan_image")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_floor_plan")),
    )
    with op.batch_alter_table("room") as batch:
        batch.add_column(sa.Column("at_column", NUMBER, nullable=True))
        batch.add_column(sa.Column("at_row", NUMBER, nullable=True))
        batch.create_check_constraint(op.f("ck_room_place"), "(at_column IS NULL) = (at_row IS NULL)")
        batch.create_unique_constraint(op.f("uq_room_site_id_at_column_at_row"), ["site_id", "at_column", "at_row"])
    with op.batch_alter_table("booth") as batch:
        batch.drop_constraint(op.f("ck_booth_status"), type_="check")
        batch.create_check_constraint(
            op.f("ck_booth_status"),
            "status IN ('invited', 'applied', 'waiting', 'approved', 'rejected', 'withdrawn')",
        )
        batch.add_column(sa.Column("invited_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("invited_by", NUMBER, nullable=True))
        batch.add_column(sa.Column("reminded_at", MOMENT, nullable=True))
        batch.create_foreign_key(op.f("fk_booth_invited_by_account"), "account", ["invited_by"], ["id"])
    op.create_table(
        "booth_report",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("booth_id", NUMBER, sa.ForeignKey("booth.id"), nullable=False),
        sa.Column("listing_id", NUMBER, sa.ForeignKey("listing.id"), nullable=True),
        sa.Column("account_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("reason", sa.String(12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("handled_at", MOMENT, nullable=True),
        sa.Column("handled_by", NUMBER, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("result", sa.String(10), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('not_hiring', 'other_terms', 'filled', 'conduct')", name=op.f("ck_booth_report_reason")
        ),
        sa.CheckConstraint("result IN ('confirmed', 'asked', 'unfounded')", name=op.f("ck_booth_report_result")),
        sa.CheckConstraint("(handled_at IS NULL) = (result IS NULL)", name=op.f("ck_booth_report_handled")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booth_report")),
    )
    op.create_index("ix_booth_report_booth", "booth_report", ["booth_id", "handled_at"])
    op.create_table(
        "notice",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("fair_id", NUMBER, sa.ForeignKey("fair.id"), nullable=False),
        sa.Column("audience", sa.String(10), nullable=False),
        sa.Column("booth_id", NUMBER, sa.ForeignKey("booth.id"), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("by", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("reached", NUMBER, nullable=False),
        sa.CheckConstraint(
            "audience IN ('fair', 'booth', 'seekers', 'recruiters', 'coaches')", name=op.f("ck_notice_audience")
        ),
        sa.CheckConstraint("(audience = 'booth') = (booth_id IS NOT NULL)", name=op.f("ck_notice_booth")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_fair", "notice", ["fair_id", "until"])
    op.create_table(
        "mail_order",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("fair_id", NUMBER, sa.ForeignKey("fair.id"), nullable=False),
        sa.Column("account_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("every", sa.String(6), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("every IN ('day', 'week', 'month')", name=op.f("ck_mail_order_every")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_order")),
    )
    op.create_index("ix_mail_order_due", "mail_order", ["ended_at", "next_at"])
    with op.batch_alter_table("export_job") as batch:
        batch.add_column(sa.Column("done", NUMBER, nullable=False, server_default=sa.text("0")))
        batch.add_column(sa.Column("expected", NUMBER, nullable=True))


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("export_job") as batch:
        batch.drop_column("expected")
        batch.drop_column("done")
    op.drop_table("mail_order")
    op.drop_table("notice")
    op.drop_table("booth_report")
    op.execute("UPDATE booth SET status = 'applied' WHERE status IN ('waiting', 'invited')")
    with op.batch_alter_table("booth") as batch:
        batch.drop_constraint(op.f("fk_booth_invited_by_account"), type_="foreignkey")
        for name in ("reminded_at", "invited_by", "invited_at"):
            batch.drop_column(name)
        batch.drop_constraint(op.f("ck_booth_status"), type_="check")
        batch.create_check_constraint(
            op.f("ck_booth_status"), "status IN ('applied', 'approved', 'rejected', 'withdrawn')"
        )
    with op.batch_alter_table("room") as batch:
        batch.drop_constraint(op.f("uq_room_site_id_at_column_at_row"), type_="unique")
        batch.drop_constraint(op.f("ck_room_place"), type_="check")
        batch.drop_column("at_row")
        batch.drop_column("at_column")
    op.drop_table("floor_plan")
    with op.batch_alter_table("fair") as batch:
        batch.drop_constraint(op.f("ck_fair_languages"), type_="check")
        for name in ("letter_note_en", "letter_note", "languages", "applications_until", "booth_limit"):
            batch.drop_column(name)
    op.drop_index("ix_fair_agency_agency_id", "fair_agency")
    op.drop_table("fair_agency")
    op.drop_column("agency", "region")
