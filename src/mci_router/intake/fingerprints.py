"""Fingerprints: identifying values are kept as a hash that only this installation can compute. Pure.

A card's number has so few digits that its plain hash gives it away to anybody who tries all numbers; a hash with a key
does not.
"""

import hashlib
import hmac

PREFIX = "hmac:"
_PURPOSE = b"mci_router: fingerprints of identifying values"  # so that no other use of the secret shares the key


class Fingerprints:
    """HMAC-SHA-256 with a key derived from a secret of the installation."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), _PURPOSE, "sha256")

    def of(self, what: str, value: str) -> str:
        """Returns the fingerprint of a value of the kind `what`: the same value of another kind, or workspace, has
        another.
        """
        return hmac.digest(self._key, f"{what}\0{value}".encode(), "sha256").hex()


def former(value: str) -> str:
    """Returns what earlier versions kept of a value, without a key: to find what they stored, not to store it again."""
    return hashlib.sha256(value.encode()).hexdigest()
