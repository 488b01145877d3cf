"""Adherence: whether agents do what their shifts say, and what could be moved if the day goes another way."""
