"""News of a fair, one person's news, the outbox of letters, and the hub that pushes what is new."""
