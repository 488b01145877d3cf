"""Access: keys, agents' tokens, and what a caller may see."""
