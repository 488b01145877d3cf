"""Insight: what happened, as reports, service levels and metrics."""
