"""Connections of clients: how many, how long a head or a body may take, and how large a head may be."""
