"""Conversations: what is said, heard, answered by the router itself, parked and ended."""
