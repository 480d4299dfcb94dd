"""Confidentiality labels: what they say, who may see them, and how they travel (STANAG 4774)."""
