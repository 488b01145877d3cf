"""Incidents: what is broken for many at once, said to each of them once, instead of by an agent to every one."""
