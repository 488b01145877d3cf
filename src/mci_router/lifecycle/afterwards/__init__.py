"""What comes after a contact has ended: surveys, returns, its worth, and what another ladder would have done."""
