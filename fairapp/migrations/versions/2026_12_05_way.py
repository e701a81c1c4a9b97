"""The way to a job: enrolments, pools, counsellors, stages, plans, referrals, the way back after a fair, candidates."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_05_way"
down_revision = "2026_12_05_partner"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    "assignment",
    "case_note",
    "counsellor",
    "counsellor_wait",
    "enrolment",
    "goal",
    "homecoming",
    "plan",
    "pool",
    "programme",
    "consent_ask",
    "participation",
    "pool_counsellor",
    "pool_entry",
    "programme_stage",
    "way_back",
    "stage_step",
    "candidacy",
    "listing_wish",
    "referral",
    "session_invite",
    "referral_step",
)


def upgrade() -> None:
    """Make the change."""
    op.create_index("ix_outcome_seeker", "outcome", ["seeker_id", "stage"])
    op.create_table(
        "assignment",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("agency_id", NUMBER, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("seeker_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("counsellor_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("by", NUMBER, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("why_ended", sa.String(20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index("ix_assignment_agency", "assignment", ["agency_id", "ended_at"])
    op.create_index("ix_assignment_counsellor", "assignment", ["counsellor_id", "agency_id", "ended_at"])
    op.create_index("ix_assignment_seeker", "assignment", ["seeker_id", "id"])
    op.create_index(
        "uq_assignment_open",
        "assignment",
        ["agency_id", "seeker_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "case_note",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("agency_id", NUMBER, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("seeker_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("author_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("contact", sa.String(8), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("contact IN ('call', 'visit', 'meeting', 'message')", name=op.f("ck_case_note_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
    )
    op.create_index("ix_case_note_seeker", "case_note", ["agency_id", "seeker_id", "id"])
    op.create_table(
        "counsellor",
        sa.Column("agency_id", NUMBER, sa.ForeignKey("agency.id"), nullable=False, autoincrement=False),
        sa.Column("account_id", NUMBER, sa.ForeignKey("account.id"), nullable=False, autoincrement=False),
        sa.Column("load_limit", NUMBER, nullable=False),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.CheckConstraint("away_until IS NULL OR away_from <= away_until", name=op.f("ck_counsellor_away")),
        sa.CheckConstraint("load_limit BETWEEN 0 AND 500", name=op.f("ck_counsellor_load_limit")),
        sa.PrimaryKeyConstraint("agency_id", "account_id", name=op.f("pk_counsellor")),
    )
    op.create_table(
        "counsellor_wait",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("agency_id", NUMBER, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("seeker_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("served", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counsellor_wait")),
    )
    op.create_index("ix_counsellor_wait_agency", "counsellor_wait", ["agency_id", "ended_at", "id"])
    op.create_index("ix_counsellor_wait_seeker_id", "counsellor_wait", ["seeker_id"])
    op.create_index(
        "uq_counsellor_wait_open",
        "counsellor_wait",
        ["agency_id", "seeker_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "enrolment",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("account_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("agency_id", NUMBER, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("source", sa.String(60), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('course', 'school', 'public_work', 'exam')", name=op.f("ck_enrolment_kind")),
        sa.CheckConstraint("state IN ('active', 'completed', 'dropped')", name=op.f("ck_enrolment_state")),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck_enrolment_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint(
            "account_id",
            "agency_id",
            "kind",
            "title",
            "starts_on",
            name=op.f("uq_enrolment_account_id_agency_id_kind_title_starts_on"),
        ),
    )
    op.create_index("ix_enrolment_pool", "enrolment", ["agency_id", "kind", "ends_on"])
    op.create_table(
        "goal",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("agency_id", NUMBER, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("seeker_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("sessions", NUMBER, nullable=True),
        sa.Column("made_by", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("dropped_at", MOMENT, nullable=True),
        sa.Column("why", sa.String(300), nullable=False),
        sa.CheckConstraint("done_at IS NULL OR dropped_at IS NULL", name=op.f("ck_goal_one_end")),
        sa.CheckConstraint("sessions BETWEEN 1 AND 20", name=op.f("ck_goal_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
    )
    op.create_index("ix_goal_seeker", "goal", ["agency_id", "seeker_id", "id"])
    op.create_table(
        "homecoming",
        sa.Column("account_id", NUMBER, sa.ForeignKey("account.id"), nullable=False, autoincrement=False),
        sa.Column("home_region", sa.String(5), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_homecoming")),
    )
    op.create_index("ix_homecoming_region", "homecoming", ["home_region", "account_id"])
    op.create_table(
        "plan",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("agency_id", NUMBER, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("seeker_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("goals", sa.JSON(), nullable=False),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("offered_by", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("(answered_at IS NULL) = (agreed IS NULL)", name=op.f("ck_plan_answered")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("agency_id", "seeker_id", "version", name=op.f("uq_plan_agency_id_seeker_id_version")),
    )
    op.create_index("ix_plan_seeker", "plan", ["seeker_id", "id"])
    op.create_table(
        "pool",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("agency_id", NUMBER, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("name_en", sa.String(120), nullable=False),
        sa.Column("share", NUMBER, nullable=False),
        sa.Column("months_before", NUMBER, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('trainees', 'graduates', 'public_work', 'returnees', 'youth', 'career_break', 'age_50_plus', 'open')",
            name=op.f("ck_pool_kind"),
        ),
        sa.CheckConstraint("months_before BETWEEN 1 AND 12", name=op.f("ck_pool_months_before")),
        sa.CheckConstraint("share BETWEEN 70 AND 80", name=op.f("ck_pool_share")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool")),
    )
    op.create_index("ix_pool_agency", "pool", ["agency_id", "id"])
    op.create_table(
        "programme",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("agency_id", NUMBER, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("name_en", sa.String(120), nullable=False),
        sa.Column("days", NUMBER, nullable=False),
        sa.Column("quiet_days", NUMBER, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("days BETWEEN 30 AND 730", name=op.f("ck_programme_days")),
        sa.CheckConstraint("quiet_days BETWEEN 7 AND 180", name=op.f("ck_programme_quiet_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
    )
    op.create_index("ix_programme_agency", "programme", ["agency_id", "id"])
    op.create_table(
        "consent_ask",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("agency_id", NUMBER, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("seeker_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("fair_id", NUMBER, sa.ForeignKey("fair.id"), nullable=True),
        sa.Column("asked_by", NUMBER, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_ask")),
    )
    op.create_index("ix_consent_ask_seeker", "consent_ask", ["seeker_id", "id"])
    op.create_index(
        "uq_consent_ask_open",
        "consent_ask",
        ["agency_id", "seeker_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "participation",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("programme_id", NUMBER, sa.ForeignKey("programme.id"), nullable=False),
        sa.Column("agency_id", NUMBER, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("seeker_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("stage", NUMBER, nullable=False),
        sa.Column("stage_since", MOMENT, nullable=False),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.Column("stage_pause", NUMBER, nullable=False),
        sa.Column("whole_pause", NUMBER, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("end_reason", sa.String(8), nullable=True),
        sa.CheckConstraint(
            "end_reason IN ('job', 'end', 'own_wish', 'moved')", name=op.f("ck_participation_end_reason")
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_participation_ended")),
        sa.CheckConstraint("stage BETWEEN 1 AND 4", name=op.f("ck_participation_stage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
    )
    op.create_index("ix_participation_agency", "participation", ["agency_id", "began_at"])
    op.create_index("ix_participation_seeker", "participation", ["seeker_id", "id"])
    op.create_index(
        "uq_participation_open",
        "participation",
        ["agency_id", "seeker_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "pool_counsellor",
        sa.Column("pool_id", NUMBER, sa.ForeignKey("pool.id"), nullable=False, autoincrement=False),
        sa.Column("account_id", NUMBER, sa.ForeignKey("account.id"), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("pool_id", "account_id", name=op.f("pk_pool_counsellor")),
    )
    op.create_index("ix_pool_counsellor_account_id", "pool_counsellor", ["account_id"])
    op.create_table(
        "pool_entry",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("pool_id", NUMBER, sa.ForeignKey("pool.id"), nullable=False),
        sa.Column("account_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("no", NUMBER, nullable=False),
        sa.Column("what", sa.String(8), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.CheckConstraint("what IN ('entered', 'left')", name=op.f("ck_pool_entry_what")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_entry")),
        sa.UniqueConstraint("pool_id", "account_id", "no", name=op.f("uq_pool_entry_pool_id_account_id_no")),
    )
    op.create_index("ix_pool_entry_account", "pool_entry", ["account_id", "id"])
    op.create_table(
        "programme_stage",
        sa.Column("programme_id", NUMBER, sa.ForeignKey("programme.id"), nullable=False, autoincrement=False),
        sa.Column("no", NUMBER, nullable=False, autoincrement=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("name_en", sa.String(60), nullable=False),
        sa.Column("usual_days", NUMBER, nullable=False),
        sa.Column("entry", sa.JSON(), nullable=False),
        sa.Column("leave", sa.JSON(), nullable=False),
        sa.CheckConstraint("no BETWEEN 1 AND 4", name=op.f("ck_programme_stage_no")),
        sa.CheckConstraint("usual_days BETWEEN 1 AND 365", name=op.f("ck_programme_stage_usual_days")),
        sa.PrimaryKeyConstraint("programme_id", "no", name=op.f("pk_programme_stage")),
    )
    op.create_table(
        "way_back",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("fair_id", NUMBER, sa.ForeignKey("fair.id"), nullable=False),
        sa.Column("seeker_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("agency_id", NUMBER, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("happened", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("state IN ('handed', 'waiting', 'offered', 'refused')", name=op.f("ck_way_back_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_way_back")),
        sa.UniqueConstraint("fair_id", "seeker_id", name=op.f("uq_way_back_fair_id_seeker_id")),
    )
    op.create_index("ix_way_back_seeker", "way_back", ["seeker_id", "id"])
    op.create_table(
        "stage_step",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("participation_id", NUMBER, sa.ForeignKey("participation.id"), nullable=False),
        sa.Column("no", NUMBER, nullable=False),
        sa.Column("what", sa.String(8), nullable=False),
        sa.Column("stage", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", NUMBER, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "what IN ('entered', 'left', 'paused', 'resumed', 'ended')", name=op.f("ck_stage_step_what")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_step")),
        sa.UniqueConstraint("participation_id", "no", name=op.f("uq_stage_step_participation_id_no")),
    )
    op.create_table(
        "candidacy",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("listing_id", NUMBER, sa.ForeignKey("listing.id"), nullable=False),
        sa.Column("seeker_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("pool_id", NUMBER, sa.ForeignKey("pool.id"), nullable=False),
        sa.Column("score", NUMBER, nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("consent_id", NUMBER, sa.ForeignKey("consent.id"), nullable=True),
        sa.CheckConstraint("(answered_at IS NULL) = (agreed IS NULL)", name=op.f("ck_candidacy_answered")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidacy")),
        sa.UniqueConstraint("listing_id", "seeker_id", name=op.f("uq_candidacy_listing_id_seeker_id")),
    )
    op.create_index("ix_candidacy_seeker", "candidacy", ["seeker_id", "id"])
    op.create_table(
        "listing_wish",
        sa.Column("listing_id", NUMBER, sa.ForeignKey("listing.id"), nullable=False, autoincrement=False),
        sa.Column("key_people", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_listing_wish")),
    )
    op.create_table(
        "referral",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("agency_id", NUMBER, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("seeker_id", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("by", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("listing_id", NUMBER, sa.ForeignKey("listing.id"), nullable=True),
        sa.Column("to_agency_id", NUMBER, sa.ForeignKey("agency.id"), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("consent_id", NUMBER, sa.ForeignKey("consent.id"), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("reminded_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'refused', 'sent', 'seen', 'accepted', 'declined', 'result', 'withdrawn')",
            name=op.f("ck_referral_state"),
        ),
        sa.CheckConstraint("(listing_id IS NULL) <> (to_agency_id IS NULL)", name=op.f("ck_referral_one_receiver")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
    )
    op.create_index("ix_referral_agency", "referral", ["agency_id", "state", "due_on"])
    op.create_index("ix_referral_due", "referral", ["state", "due_on"])
    op.create_index("ix_referral_listing", "referral", ["listing_id", "id"])
    op.create_index("ix_referral_seeker", "referral", ["seeker_id", "id"])
    op.create_index("ix_referral_to", "referral", ["to_agency_id", "id"])
    op.create_table(
        "session_invite",
        sa.Column("slot_id", NUMBER, sa.ForeignKey("slot.id"), nullable=False, autoincrement=False),
        sa.Column("seeker_id", NUMBER, sa.ForeignKey("account.id"), nullable=False, autoincrement=False),
        sa.Column("agency_id", NUMBER, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("by", NUMBER, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("slot_id", "seeker_id", name=op.f("pk_session_invite")),
    )
    op.create_index("ix_session_invite_seeker_id", "session_invite", ["seeker_id"])
    op.create_table(
        "referral_step",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("referral_id", NUMBER, sa.ForeignKey("referral.id"), nullable=False),
        sa.Column("no", NUMBER, nullable=False),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", NUMBER, sa.ForeignKey("account.id"), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "what IN ('asked', 'refused', 'sent', 'seen', 'accepted', 'declined', 'result', 'withdrawn', 'reminded')",
            name=op.f("ck_referral_step_what"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_step")),
        sa.UniqueConstraint("referral_id", "no", name=op.f("uq_referral_step_referral_id_no")),
    )


def downgrade() -> None:
    """Take it back."""
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_index("ix_outcome_seeker", "outcome")
