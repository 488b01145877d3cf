"""`mci-router simulate`: a day of contacts, from a trace, driven through the real engine in virtual time.

The engine is the one that serves customers: the same Lua functions on a real Valkey, which receive the virtual time.
Only the contacts and the time that work takes are simulated. The parts are the trace, the floor (queues and agents in
the live state), the driver, and the report of the day: outcomes, figures, a picture.
"""
