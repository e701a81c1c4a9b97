"""Events with their times and phase, their sites and rooms."""
