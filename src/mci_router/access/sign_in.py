"""A code that signs one agent in to the desk, once: `mci-router dev` prints it in a link, so that nobody has to look
for a key first.

It is kept in the memory of the process that made it, and is valid for minutes. A process that makes no code has no
route that takes one.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from mci_router.access.tokens import AgentIdentity
from mci_router.errors import NotAuthenticated

VALID_S = 300
MOST_TRIES = 10  # wrong ones; then the code is void


@dataclass(slots=True)
class _OpenCode:
    code: str
    identity: AgentIdentity
    until: float
    tries: int = MOST_TRIES


class SignInCode:
    """The code that was made last; earlier ones are void."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._code: _OpenCode | None = None

    def make(self, identity: AgentIdentity) -> str:
        """Returns a new code for the desk of this agent, valid for `VALID_S` seconds."""
        self._code = _OpenCode(secrets.token_urlsafe(32), identity, self._clock() + VALID_S)
        return self._code.code

    def redeem(self, code: str) -> AgentIdentity:
        """Returns the agent whose desk the code opens, and voids the code. Raises NotAuthenticated."""
        made = self._code
        if made is None or self._clock() > made.until:
            raise NotAuthenticated(
                "This link was used, or is older than five minutes. Run `mci-router dev` again for another one."
            )
        if not secrets.compare_digest(made.code.encode(), code.encode()):
            made.tries -= 1
            self._code = made if made.tries else None
            raise NotAuthenticated("This is not the code of the link that `mci-router dev` printed last.")
        self._code = None
        return made.identity
