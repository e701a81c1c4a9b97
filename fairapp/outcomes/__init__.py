"""Attendance, the outcome ledger, figures and exports."""
