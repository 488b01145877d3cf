"""Links to surveys: who has one may answer the survey of one contact, without any other key.

The token in a link has 128 bits, and says nothing of anybody. It is made of a random number that stands in the ledger
and of a secret of the installation that does not: so the ledger, where it is read or copied, opens no survey, and a
message that is sent again has the same link. It is looked up by its hash alone; an agent who reads a conversation does
not see it.
"""

import base64
import hashlib
import hmac
import re
import secrets

from mci_router.settings import Settings

PATH = "/s/"
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_BYTES = 16
_PURPOSE = b"mci_router: tokens of surveys"  # so that no other use of the secret shares the key


def hash_of(token: str) -> bytes:
    """Returns what the ledger keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


class SurveyLinks:
    """Makes tokens and links."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._key = hmac.digest(settings.fingerprint_secret().encode(), _PURPOSE, "sha256")

    @property
    def reachable(self) -> bool:
        """Whether it is known how customers reach this service, so that a link leads there."""
        return bool(self._settings.public_url)

    def new(self) -> tuple[bytes, bytes]:
        """Returns a random number, and the hash of the token that is made of it."""
        nonce = secrets.token_bytes(_BYTES)
        return nonce, hash_of(self.token(nonce))

    def token(self, nonce: bytes) -> str:
        """Returns the token of a random number: always the same."""
        made = hmac.digest(self._key, nonce, "sha256")[:_BYTES]
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    def link(self, nonce: bytes) -> str:
        """Returns the address of the page, below the public one; a path where that is not known."""
        return f"{self._settings.public_url.rstrip('/')}{PATH}{self.token(nonce)}"
