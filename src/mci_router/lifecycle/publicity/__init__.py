"""What becomes public and what becomes private: consent, replies, the way to a private chat and back."""
