"""The organisations that hire, and their verification."""
