"""Values that tell who someone is, kept as what only this installation can compute of them. Pure.

A card's number has few enough digits to be found from its plain hash by trying; not from one with a key.
"""

import hashlib
import hmac

PREFIX = "hmac:"
_PURPOSE = b"mci_router: fingerprints of identifying values"  # so that the key signs nothing else, whatever the secret is used for


class Fingerprints:
    """HMAC-SHA-256 with a key derived from a secret of the installation."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), _PURPOSE, "sha256")

    def of(self, what: str, value: str) -> str:
        """The fingerprint of a value as what it is: the same value as something else, or of another workspace, has another."""
        return hmac.digest(self._key, f"{what}\0{value}".encode(), "sha256").hex()


def former(value: str) -> str:
    """What was kept of a value before fingerprints had a key; computed to find what is stored so, and never stored again."""
    return hashlib.sha256(value.encode()).hexdigest()
