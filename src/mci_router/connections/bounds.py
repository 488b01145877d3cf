"""Bounds of connections: how many a process holds, in all and of one address, and how long each may take to ask."""

import logging
import resource
from collections import Counter
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from mci_router.seldom import Seldom
from mci_router.settings import Settings
from mci_router.values import value

log = logging.getLogger(__name__)

SILENCE_S = 10  # between two lines of one kind: a flood must not fill the disk with what is said about it
SITE_BITS = 64  # of an IPv6 address: what one site has, so that its hosts count as one
FILES_KEPT = 200  # descriptors that connections leave to the ledger, the live state and files


@value
class Limits:
    """The bounds of one process: numbers of connections, and times in seconds."""

    most: int
    most_of_an_address: int
    head_s: float
    body_s: float
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    file_s: float = 120


class Refused:
    """What clients were refused, in the log: each kind once in a while, and how often it happened since."""

    def __init__(self) -> None:
        self._said = Seldom(SILENCE_S)
        self._since: Counter[str] = Counter()

    def warn(self, what: str) -> None:
        """Logs `what` as a warning, unless it was logged in the last seconds."""
        self._since[what] += 1
        if self._said.due(what):
            log.warning("%s (%d since this was last said)", what, self._since.pop(what))


class Connections:
    """The open connections of a process, counted by address. An IPv6 address counts by its site.

    A proxy's are bounded only in all: it speaks for many clients, and is to bound them itself.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.refused = Refused()
        self._open = 0
        self._of: Counter[str] = Counter()

    @classmethod
    def of(cls, settings: Settings) -> "Connections":
        """Returns none yet, with the bounds of the settings and of what files the process may open."""
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = settings.connections_most if files < 0 else min(settings.connections_most, files - FILES_KEPT)
        proxies = tuple(ip_network(proxy) for proxy in settings.proxies)
        times = settings.head_timeout_s, settings.body_timeout_s
        return cls(
            Limits(most, settings.connections_of_an_address, *times, proxies, file_s=settings.attachment_timeout_s)
        )

    def enter(self, address: str) -> str | None:
        """Counts a connection, and returns None; or returns why there is no room for it."""
        site = self._site(address)
        if self._open >= self.limits.most:
            return f"The process holds {self.limits.most:,} connections (MCI_CONNECTIONS_MOST)."
        if site and self._of[site] >= self.limits.most_of_an_address:
            most = self.limits.most_of_an_address
            return f"Your address holds {most:,} connections (MCI_CONNECTIONS_OF_AN_ADDRESS)."
        self._open += 1
        if site:
            self._of[site] += 1
        return None

    def leave(self, address: str) -> None:
        """Counts the end of a connection that has entered."""
        self._open -= 1
        if site := self._site(address):
            self._of[site] -= 1
            if not self._of[site]:
                del self._of[site]

    def _site(self, address: str) -> str:
        """Returns what the connection is counted under; nothing for a proxy and for a socket in the file system."""
        try:
            parsed = ip_address(address.partition("%")[0])
        except ValueError:
            return ""
        if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        if any(parsed in proxy for proxy in self.limits.proxies):
            return ""
        if isinstance(parsed, IPv6Address):
            return str(ip_network((parsed, SITE_BITS), strict=False))
        return str(parsed)


def address_of(peer: object) -> str:
    """Returns the address in what a transport says of its peer."""
    return str(peer[0]) if isinstance(peer, tuple) and peer else ""
