"""Visiting centres: on which days a site is open, coaches' tours through the sites, and the figures of each."""
