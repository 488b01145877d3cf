"""Triage: what a contact is, so that routing can send it where it belongs."""
