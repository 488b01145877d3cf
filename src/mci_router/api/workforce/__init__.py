"""The routes of workforce: one file a resource."""
