"""What reports cost in a large workspace."""
