"""The community's pages: customers read what others asked and answered, and reply, without any script.

They are made of what all pages of the portal share. What is written goes through the same doors as what an adapter
posts: it is judged, masked and bounded.
"""
