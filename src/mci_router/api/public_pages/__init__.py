"""What all pages for customers share: forms, seals, bounds, languages, and how they are rendered, without any script.

The help portal (`api/help`) and the community (`api/community`) are made of it.
"""
