"""Written answers: found, suggested, saved, and missing."""
