"""Conversations: messages, their delivery, and the queue of those that go to channel adapters."""
