"""Measurements, each with a yardstick or a goal in the same run."""
