"""Employers at a fair, their listings and the actively-hiring gate."""
