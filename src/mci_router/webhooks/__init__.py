"""Webhooks: other services are told what happens, signed, in order for each contact, and again until they have heard
it.
"""
