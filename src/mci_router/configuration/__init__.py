"""The workspace as data: read from a file or over REST, checked, and kept current in every process."""
