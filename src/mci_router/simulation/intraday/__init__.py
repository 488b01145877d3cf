"""The worker of intraday: plays the rest of a day on the engine, without and with the moves that a trial found.

`python -m mci_router.simulation.intraday` reads a task from its standard input, and writes what became of it.
"""
