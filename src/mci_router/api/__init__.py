"""The HTTP API and the agent socket: one file a resource."""
