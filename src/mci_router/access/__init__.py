"""Who may do what: keys, agents' tokens, and what a caller may see."""
