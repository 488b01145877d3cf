"""Trends: what rose and fell between two periods, beyond what days differ anyway."""
