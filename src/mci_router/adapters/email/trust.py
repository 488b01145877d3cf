"""Trust: whether a mail is from whom it says, by what our own mail server found out, else by a signature that is
checked here. What neither shows is `claimed`, and is taken all the same.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import TypeAlias

import authres
import dns.asyncresolver
import dns.exception

from mci_router.adapters.email.content import Malformed
from mci_router.adapters.email.mail import Mail
from mci_router.adapters.email.worker import Workers
from mci_router.vocabulary import Trust

Lookup: TypeAlias = Callable[[str], Awaitable[str]]
"""Returns the text record of a name; empty where there is none."""

LOOKUPS_S = 2.0  # for all keys of a mail: who does not have an answer by then has none
MOST_KEYS = 3
LONGEST_RESULTS = 2_000  # characters


async def by_dns(name: str) -> str:
    """Returns the text record of a name, as the DNS has it; empty where it has none."""
    with suppress(dns.exception.DNSException, OSError):
        answer = await dns.asyncresolver.resolve(name, "TXT", lifetime=LOOKUPS_S)
        return b"".join(next(iter(answer)).strings).decode("ascii", "replace")
    return ""


class Judge:
    """Says how far a mail's sender is proven."""

    def __init__(self, workers: Workers, authserv_id: str, lookup: Lookup | None) -> None:
        """Takes what our mail server calls itself; without a `lookup` no signature is checked."""
        self._workers = workers
        self._authserv_id = authserv_id.lower()
        self._lookup = lookup

    async def trust(self, mail: Mail, raw: bytes) -> Trust:
        """Returns `authenticated` or `claimed`. Raises WorkerGone."""
        if mail.senders != 1 or not mail.domain:
            return Trust.CLAIMED
        found = found_out(mail, self._authserv_id)
        proven = found if found is not None else await self._signed(mail, raw)
        return Trust.AUTHENTICATED if proven else Trust.CLAIMED

    async def _signed(self, mail: Mail, raw: bytes) -> bool:
        signatures = [one for one in mail.signatures if aligned(one.domain, mail.domain)][:MOST_KEYS]
        if not signatures or self._lookup is None:
            return False
        names = [f"{one.selector}._domainkey.{one.domain}" for one in signatures]
        keys: dict[str, str] = {}
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOKUPS_S):
                keys = dict(zip(names, await asyncio.gather(*map(self._lookup, names)), strict=True))
        if not any(keys.values()):
            return False
        try:
            right = await self._workers.signed(raw, mail, keys)
        except Malformed:
            return False
        return any(aligned(domain, mail.domain) for domain in right)


def found_out(mail: Mail, authserv_id: str) -> bool | None:
    """Returns whether our mail server found that a mail is from whom it says; None where it found nothing out.

    Only the topmost result counts that has our server's name: the sender of a mail may write others below.
    """
    if not authserv_id:
        return None
    for value in mail.results:
        name = value.partition(";")[0].split()
        if name and name[0].lower() == authserv_id:
            whole = value if len(value) <= LONGEST_RESULTS else value[:LONGEST_RESULTS].rpartition(";")[0]
            return _passes(whole, mail.domain)  # a domain's name that is cut would be another's
    return None


def aligned(domain: str, sender: str) -> bool:
    """Returns whether a proven domain speaks for a sender's: it is the same, or above it."""
    domain, sender = domain.lower().rstrip("."), sender.lower().rstrip(".")
    return "." in domain and (sender == domain or sender.endswith(f".{domain}"))


def _passes(value: str, sender: str) -> bool:
    try:
        parsed = authres.AuthenticationResultsHeader.parse_value(value)
    except (authres.AuthResError, ValueError, IndexError):
        return False
    passed = [one for one in parsed.results if (one.result or "").lower() == "pass"]
    return any(aligned(domain, sender) for one in passed for domain in _domains(one))


def _domains(result: "authres.AuthenticationResult") -> Iterable[str]:
    """Yields the domains that a result proves."""
    wanted = {"dkim": ("d", "i"), "spf": ("mailfrom",), "dmarc": ("from",)}.get(result.method, ())
    for one in result.properties:
        if one.name in wanted and (one.type, one.name) != ("smtp", "from"):
            yield one.value.rpartition("@")[2].strip('"')
