"""Supervision: what goes on in a workspace at this moment, for those who watch over it, and its alarms."""
