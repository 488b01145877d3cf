"""Threads: which conversation a mail belongs to. By the address that it was sent to, by the mails of ours that it
answers, by the customer's own mails that it answers; else it begins one.
"""

from collections.abc import Sequence

from mci_router.adapters.email.ids import Ids, Sent, token_of
from mci_router.adapters.email.mail import Mail
from mci_router.adapters.router import Router

MOST_LOOKED_UP = 20
LONGEST_KEY = 250  # characters of a Message-ID that is a key as it stands


def key_of(mail: Mail) -> str:
    """Returns by what a mail is known again: its Message-ID, or a digest where that is missing or beyond reason."""
    usable = 3 <= len(mail.message_id) <= LONGEST_KEY and mail.message_id.isprintable()
    return mail.message_id if usable else digest_key(mail)


def digest_key(mail: Mail) -> str:
    """Returns the key of a mail whose Message-ID another mail has, too."""
    return f"sha256:{mail.digest}"


class Threads:
    """Finds threads."""

    def __init__(self, ids: Ids, ours: frozenset[str], router: Router) -> None:
        self._ids = ids
        self._ours = ours
        self._router = router

    async def token(self, mail: Mail, recipients: Sequence[str]) -> str:
        """Returns the token of a mail's thread. Raises RouterAway, Refused."""
        return self.answered(mail, recipients) or await self._looked_up(mail) or self._ids.token(key_of(mail))

    def answered(self, mail: Mail, recipients: Sequence[str]) -> str | None:
        """Returns the token of the thread of ours that a mail answers, as far as it says so itself."""
        for address in (*recipients, *mail.recipients):
            if token := token_of(address, self._ours):
                return token
        answered = self._ids.read(mail.seen)
        return answered[-1].token if answered else None

    def sent(self, mail: Mail) -> Sent | None:
        """Returns the mail of ours that one answers, by the headers that say so; None if it answers none."""
        answered = self._ids.read(" ".join(mail.references))
        return answered[-1] if answered else None

    async def _looked_up(self, mail: Mail) -> str | None:
        """Returns the token of the thread of a customer's mail that this one answers, the nearest first."""
        asked = [one for one in reversed(mail.references) if 3 <= len(one) <= LONGEST_KEY][:MOST_LOOKED_UP]
        if not asked:
            return None
        found = (await self._router.get("/v1/messages", channel_message_id=asked))["items"]
        tokens = {one["channel_message_id"]: one["channel_ref"] for one in found}
        return next((token for one in asked if (token := tokens.get(one))), None)
