"""What is particular to a coaching session: coaches, topics, caseload."""
