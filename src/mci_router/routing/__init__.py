"""Where a contact goes: the policy, and the engine with the live state."""
