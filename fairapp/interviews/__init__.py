"""What is particular to an interview: who may book it, what is shared, what is recorded."""
