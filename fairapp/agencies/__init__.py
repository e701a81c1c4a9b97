"""The organisations that run fairs or coach people."""
