"""Contacts that are passed on: to a queue, to an agent, to another participant, up the escalation matrix."""
