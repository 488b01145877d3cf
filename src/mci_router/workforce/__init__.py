"""Workforce: what will come, who is needed, who works when, and who does."""
