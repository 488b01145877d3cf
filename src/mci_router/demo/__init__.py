"""`mci-router demo`: simulated customers and agents use a running service through its public interface only.

It plays both sides at once: channel adapters over HTTP and agent desks over the socket, in simulated time. It is an
outside client that happens to live in the same package, so it imports nothing of the service but the words of the
field.
"""
