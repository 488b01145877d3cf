"""Coaching: how agents do beside others like them, what is looked at together, and what they are certified for."""
