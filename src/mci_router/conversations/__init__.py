"""Conversations: one stream of messages a case, how they are written, read, announced and delivered."""
