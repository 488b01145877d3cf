"""The worker of staffing: plays days of a staffing problem on the engine, and searches the least staff over them.

`python -m mci_router.simulation.staffing` reads a task from its standard input and writes what it finds line by line.
"""
