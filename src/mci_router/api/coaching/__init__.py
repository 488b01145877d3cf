"""Coaching over REST: cohorts, agents' weeks and months, reviews, actions and certificates."""
