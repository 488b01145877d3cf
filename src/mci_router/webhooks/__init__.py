"""Webhooks: send events to other services: signed, in order for each contact, and again until they are received."""
