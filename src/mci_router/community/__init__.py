"""The public board: posts and their replies."""
