"""The way to a job: pools that open by rule, a counsellor for each person, stages, goals, referrals."""
