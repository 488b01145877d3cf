"""Workflows: acts of the company's own systems, called once and their results kept, whatever the target does.

A run is committed before its call is sent, and all its calls have one key of idempotency: its id. What may have been
sent, and was not answered, is unknown, and never called again. Who is served by a run stands a floor above
(`lifecycle/runs/run_outcomes.py`).
"""
