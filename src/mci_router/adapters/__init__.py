"""The channel adapters that ship with the router: outside clients of its public API, each a process of its own."""
