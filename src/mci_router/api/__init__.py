"""How the world talks to the service: one file a resource."""
