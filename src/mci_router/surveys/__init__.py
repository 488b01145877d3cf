"""Surveys: which customers are asked how it was, once a contact, and what they answer."""
