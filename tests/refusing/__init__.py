"""Servers that answer, but with a refusal: what callers, agents and operators see, and that all is well afterwards."""
