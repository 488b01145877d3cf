"""Places in line: foreseen, changed by overflow, by hours and by a new configuration."""
