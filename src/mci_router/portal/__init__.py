"""What customers read in a browser: help, their cases, community, status and surveys, without any script.

What all these pages share stands in the room itself: forms, seals, bounds, languages, and how they are rendered. They
stand on the API as an adapter does: what customers write goes through the same doors as what is posted there.
"""
