"""The workspace as data: read from a file or over REST, checked, and held current in every process."""
