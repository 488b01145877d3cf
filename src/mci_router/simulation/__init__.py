"""`mci-router simulate`: a day of contacts, from a trace, driven through the real engine in virtual time.

The engine is the one that serves customers: the same Lua functions on a real Valkey, told what time it is. What is simulated is who comes
and how long the work takes. The rooms here: the trace, the floor (queues and agents in the live state), the driver, and what is told of
the day: outcomes, figures, a picture.
"""
