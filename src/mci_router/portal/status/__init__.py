"""The status page: hours, expected responses, incidents and maintenance, for anybody, without any script."""
