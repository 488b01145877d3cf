"""Targets: the addresses that webhooks may reach, never in the operator's own network, unless a setting allows it.

A target is checked when it is configured, and again for every connection: the connection then goes to the address
that was checked, so that a name whose address changes in between gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, TypeAlias

from mci_router.errors import TargetRefused
from mci_router.imports import later

if TYPE_CHECKING:
    import httpx
else:
    httpx = later("httpx")  # with all that it imports: most routers have no webhooks

Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]

LONGEST_URL = 2_000
# Of their own, and started only when needed: a name server that does not answer keeps a thread for half a minute.
_LOOKING_UP = ThreadPoolExecutor(128, thread_name_prefix="webhook target")
LIFTED = "The setting MCI_WEBHOOK_PRIVATE_TARGETS allows"
GLOBAL_UNICAST = ip_network("2000::/3")
TRANSLATED = ip_network("64:ff9b::/96")  # NAT64: the last four bytes are an IPv4 address
REFUSED = (
    ip_network("192.0.0.0/24"),  # protocol assignments; some clouds keep their metadata here
    ip_network("168.63.129.16/32"),  # a cloud's wire server, on a public address
    ip_network("2002::/16"),  # 6to4: an IPv4 address in disguise
)


async def resolve(host: str, port: int) -> Sequence[str]:
    """Returns all addresses of a host, as the system knows them. Raises OSError."""
    looking_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(_LOOKING_UP, looking_up)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def parsed(url: str, *, private: bool) -> httpx.URL:
    """Returns the URL, if its form is right. Raises TargetRefused."""
    try:
        target = httpx.URL(url)
        host = target.host
    except (httpx.InvalidURL, UnicodeError) as error:  # the latter for a host's name that encodes nothing
        raise TargetRefused("The URL is malformed.", why="malformed_url") from error
    if target.scheme not in (("https", "http") if private else ("https",)):
        raise TargetRefused(
            f"The URL must begin with https://{' or http://' if private else f'. {LIFTED} plain http'}.",
            why="not_https",
        )
    if target.userinfo:
        raise TargetRefused(
            "The URL must not contain a user or a password: a signature proves who sends.", why="credentials_in_url"
        )
    if not host or "%20" in host or len(url) > LONGEST_URL or not 0 < port_of(target) < 65_536:
        raise TargetRefused("The URL has no host, no possible port, or is too long.", why="malformed_url")
    return target


def port_of(target: httpx.URL) -> int:
    return (443 if target.scheme == "https" else 80) if target.port is None else target.port


async def addresses(target: httpx.URL, *, private: bool, resolve: Resolve) -> Sequence[str]:
    """Returns the addresses to connect to, all of them checked.

    Raises TargetRefused, also if only one of several is private.
    """
    host = target.raw_host.decode("ascii").strip("[]")
    try:
        found = await resolve(host, port_of(target))
    except (OSError, UnicodeError) as error:
        raise TargetRefused("The URL's host cannot be found.", why="host_not_found") from error
    if not found:
        raise TargetRefused("The URL's host has no address.", why="host_not_found")
    if not private:
        _refuse_private(found)
    return found


def refuse_written_address(target: httpx.URL) -> None:
    """Checks a host that is written as an address, or as `localhost`; of others only a look-up tells. Raises
    TargetRefused.
    """
    host = target.raw_host.decode("ascii").strip("[]")
    try:
        written = "127.0.0.1" if host == "localhost" else str(ip_address(host))
    except ValueError:
        return
    _refuse_private([written])


def _refuse_private(found: Sequence[str]) -> None:
    if not all(is_public(address) for address in found):
        raise TargetRefused(
            f"The URL's host leads to an address that is not public. {LIFTED} such addresses.", why="private_address"
        )


def is_public(text: str) -> bool:
    """Returns whether an address is on the public internet, in whatever form it is written."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        address = _unwrapped(address)
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return False
    if any(address in network for network in REFUSED if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _unwrapped(address: IPv6Address) -> IPv4Address | IPv6Address:
    if address.ipv4_mapped:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in TRANSLATED else address
