"""Schedules: who works when: made from a requirement, published, changed by hand, swapped, and read by calendars."""
