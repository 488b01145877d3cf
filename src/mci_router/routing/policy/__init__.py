"""The decision where a contact goes, and why. Pure: the same code decides for real and for a dry run."""
