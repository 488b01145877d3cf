"""Sending: one attempt is a POST to an address that was checked, with a bounded wait and a bounded answer."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from mci_router import __version__
from mci_router.clock import utc_now
from mci_router.errors import TargetRefused
from mci_router.imports import later
from mci_router.values import value
from mci_router.webhooks.targets import Resolve, addresses, parsed
from mci_router.webhooks.verdicts import EndpointAnswer, retry_after

if TYPE_CHECKING:
    import httpx
else:
    httpx = later("httpx")  # with all that it imports: most routers have no webhooks

MOST_ANSWER_BYTES = 65_536  # read, to use the connection again, and thrown away
MOST_ADDRESSES = 3  # of one host, tried in turn while none can be reached


class Sender:
    """Makes attempts, never through a proxy: that would look the name up again, and reach an unchecked address."""

    def __init__(self, *, private: bool, timeout_s: float, resolve: Resolve) -> None:
        self._private = private
        self._timeout_s = timeout_s
        self._resolve = resolve

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """The certificates that are trusted: to read them takes a while, so all clients share them."""
        return httpx.create_ssl_context()

    def client(self) -> httpx.AsyncClient:
        """Returns a client for one target only.

        Connections are kept by address, and another host at the same address has another certificate.
        """
        return httpx.AsyncClient(
            verify=self._tls,
            trust_env=False,
            follow_redirects=False,
            timeout=self._timeout_s,
            headers={"User-Agent": f"mci_router/{__version__}", "Accept-Encoding": "identity"},
        )

    async def post(
        self,
        client: httpx.AsyncClient,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        keep: bool = False,
        timeout_s: float | None = None,
    ) -> EndpointAnswer:
        """Sends the request, and returns what the target answered; with `keep`, with its body. Never raises for what a
        target does. With a time-out of its own, the answer says whether any of the request may have reached the target.
        """
        begun = Begun()
        try:
            async with asyncio.timeout(self._timeout_s if timeout_s is None else timeout_s):
                target = parsed(url, private=self._private)
                found = await addresses(target, private=self._private, resolve=self._resolve)
                sending = _Sending(client, target, headers, body, keep, begun if timeout_s is not None else None)
                return await _first_reached(sending, found[:MOST_ADDRESSES])
        except TargetRefused as refused:
            return EndpointAnswer(error=refused.members["why"])
        except (TimeoutError, httpx.TimeoutException):
            return EndpointAnswer(error="timeout", begun=begun.yes)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return EndpointAnswer(error=_word(error), begun=begun.yes)


class Begun:
    """Whether any of a request may have reached its target: said before the first byte is sent."""

    def __init__(self) -> None:
        self.yes = False

    async def trace(self, event: str, _: object) -> None:
        """Takes what the client does, step by step."""
        self.yes = self.yes or event.endswith(".send_request_headers.started")


@value
class _Sending:
    """A request on its way to a target."""

    client: httpx.AsyncClient
    target: httpx.URL
    headers: Mapping[str, str]
    body: bytes
    keep: bool
    begun: Begun | None


async def _first_reached(sending: _Sending, found: Sequence[str]) -> EndpointAnswer:
    *others, last = found
    for address in others:
        try:
            return await _post(sending, address)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue
    return await _post(sending, last)


async def _post(sending: _Sending, address: str) -> EndpointAnswer:
    """Connects to the address as to the host: the host's name is in the request, and must be in the certificate."""
    target, begun = sending.target, sending.begun
    named = {**sending.headers, "Host": target.netloc.decode("ascii")}
    more: dict[str, object] = {"sni_hostname": target.raw_host.decode("ascii").strip("[]")}
    if begun:
        more["trace"] = begun.trace
    async with sending.client.stream(
        "POST", target.copy_with(host=address), content=sending.body, headers=named, extensions=more
    ) as response:
        answered = await _body(response, keep=sending.keep)
        again_after_s = retry_after(response.headers.get("Retry-After"), utc_now())
        return EndpointAnswer(response.status_code, retry_after_s=again_after_s, body=answered, begun=begun is not None)


async def _body(response: httpx.Response, *, keep: bool) -> bytes:
    """Reads the body up to a bound, and returns it if it is to be kept."""
    read, kept = 0, bytearray()
    async for chunk in response.aiter_raw():
        read += len(chunk)
        if keep:
            kept += chunk
        if read > MOST_ANSWER_BYTES:
            break
    return bytes(kept)


def _word(error: BaseException | None) -> str:
    """Returns why there is no answer, in a word. The error's own text is not kept: it may reveal the network."""
    kind = "connection_failed" if isinstance(error, httpx.ConnectError | OSError) else "broken_answer"
    while error:
        if isinstance(error, ssl.SSLError):
            return "tls_failed"
        error = error.__cause__ or error.__context__
    return kind
