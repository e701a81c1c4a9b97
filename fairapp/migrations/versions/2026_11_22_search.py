"""The search index of listings: FTS5 on SQLite, a tsvector with GIN on PostgreSQL. Filled by the actions that write listings."""

from alembic import op

revision = "2026_11_22_search"
down_revision = "2026_11_22_first"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    if op.get_bind().dialect.name == "sqlite":
        # rowid is the listing's id. Signs are never kept, letters stay as we folded them.
        op.execute(
            "CREATE VIRTUAL TABLE listing_search USING fts5(words, tokenize = 'unicode61 remove_diacritics 0',"
            " prefix = '1', columnsize = 0)"
        )
    else:
        op.execute(
            "CREATE TABLE listing_search (listing_id bigint NOT NULL, words tsvector NOT NULL,"
            " CONSTRAINT pk_listing_search PRIMARY KEY (listing_id),"
            " CONSTRAINT fk_listing_search_listing_id_listing FOREIGN KEY (listing_id) REFERENCES listing (id))"
        )
        op.execute("CREATE INDEX ix_listing_search_words ON listing_search USING gin (words)")


def downgrade() -> None:
    """Take it back."""
    op.execute("DROP TABLE listing_search")
