"""People, their sign-in and sessions, roles through memberships, profiles, consent and the log of disclosures."""
