"""Bounds of the pages for customers: what one client may ask for, so that nobody starves another, and nobody guesses.

Every request is paid by the workspace, too, as those of its keys are. Clients are counted by a digest of their address,
in buckets that all processes share and that are forgotten with the hour.
"""

import time
from contextlib import suppress
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request

from mci_router.access.keys import Caller
from mci_router.api.parts import Parts
from mci_router.connections.bounds import SITE_BITS
from mci_router.errors import EngineUnavailable, TooManyTries
from mci_router.portal.seals import Seals
from mci_router.routing.engine.rates import Bucket

HOUR_S = 3_600
FORMS_A_POST = 3  # with files: who makes a mistake sends them again
LONGEST_FORWARDED = 2_000


def client_of(request: Request, parts: Parts) -> str:
    """Returns the address of the client, or of its site; empty where a proxy of ours does not say it.

    What a proxy forwards counts as far as it is one of `MCI_PROXIES`; what anybody else claims does not.
    """
    peer = request.client.host if request.client else ""
    lines = ",".join(request.headers.getlist("x-forwarded-for"))  # some proxies add a line of their own
    forwarded = lines[-LONGEST_FORWARDED:].split(",")
    for address in (peer, *(one.strip() for one in reversed(forwarded))):
        site = _site(address)
        if not site:
            return ""
        if not _is_proxy(address, parts):
            return site
    return ""


def _site(address: str) -> str:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((parsed, SITE_BITS), strict=False))
    return str(parsed)


def _is_proxy(address: str, parts: Parts) -> bool:
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return any(parsed in ip_network(proxy) for proxy in parts.settings.proxies)


class Allowance:
    """What one client has left in one workspace."""

    def __init__(self, parts: Parts, seals: Seals, workspace: str, client: str) -> None:
        self._parts = parts
        self._seals = seals
        self._workspace = workspace
        self.client = client

    async def page(self) -> None:
        """Pays for a page. Raises TooManyTries, TooManyRequests."""
        await self._pay_of_workspace()
        per_min = self._parts.settings.portal_pages_per_min
        with suppress(EngineUnavailable):
            await self._spend("page", self.client, per_min, per_min / 60)

    async def post(self) -> None:
        """Pays for a contact or a message. Raises TooManyTries."""
        per_h = self._parts.settings.portal_posts_per_h
        with suppress(EngineUnavailable):
            await self._spend("post", self.client, per_h, per_h / HOUR_S)

    async def upload(self) -> None:
        """Pays for a form that may have files. Raises TooManyTries."""
        per_h = FORMS_A_POST * self._parts.settings.portal_posts_per_h
        with suppress(EngineUnavailable):
            await self._spend("upload", self.client, per_h, per_h / HOUR_S)

    async def lookup(self, reference: str) -> None:
        """Pays for a try to see a case. Raises TooManyTries; EngineUnavailable, for nobody guesses uncounted."""
        per_h = self._parts.settings.portal_lookups_per_h
        await self._spend("lookup", self.client, per_h, per_h / HOUR_S)
        await self._spend("reference", reference, per_h, per_h / HOUR_S)

    async def sign_in(self) -> None:
        """Pays for a try to sign in. Raises TooManyTries."""
        per_h = self._parts.settings.portal_lookups_per_h
        with suppress(EngineUnavailable):
            await self._spend("sign in", self.client, per_h, per_h / HOUR_S)

    async def _pay_of_workspace(self) -> None:
        caller = Caller(self._workspace, f"portal {self._workspace}", frozenset(), name="portal")
        await self._parts.rates.spend(caller, 1)

    async def _spend(self, what: str, who: str, burst: int, per_s: float) -> None:
        if not who:
            return
        bucket = Bucket(f"{what} {self._seals.digest(what, who)}", per_s, burst, 1)
        hour = int(time.time()) // HOUR_S
        ((granted, left),) = await self._parts.engine.lease_units(f"{self._workspace}/help/{hour}", [bucket])
        if granted < 1:
            raise TooManyTries.after((1 - left) / per_s)
