"""Incidents: something is broken for many customers at once. One text answers all of them, instead of many agents."""
