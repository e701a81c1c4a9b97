"""Joining and sharing: what partner agencies send in, who is the same person in it, and what goes out to them."""
