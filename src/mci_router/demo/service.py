"""The service as its clients see it over HTTP: few connections, safe repeats, and failures in one plain line."""

import asyncio
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

CONNECTIONS = 16  # at once, whatever the number of contacts
KEEP_ALIVE_S = 2  # shorter than the server's, so that a request never meets a connection that is just being closed
TIMEOUT_S = 15
ATTEMPTS = 5
PAUSE_S = 0.5
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class DemoError(Exception):
    """The demo cannot go on. The message is for the person at the keyboard."""


class Refused(Exception):
    """The service understood and said no."""

    def __init__(self, status: int, detail: str) -> None:
        self.status = status
        self.detail = detail
        super().__init__(detail)


class Service:
    """One workspace of one service, by its URL and a key."""

    def __init__(self, url: str, key: str) -> None:
        host = _host(url)
        if not key.isascii() or not key.strip():
            raise DemoError("the key, of MCI_API_KEY or of --keys, is empty or has letters that no key has")
        self.url = url.rstrip("/")
        self.loopback = host in LOOPBACK
        self._client = httpx.AsyncClient(
            base_url=self.url,
            headers={"Authorization": f"Bearer {key.strip()}"},
            timeout=httpx.Timeout(TIMEOUT_S, pool=None),
            limits=httpx.Limits(max_connections=CONNECTIONS, keepalive_expiry=KEEP_ALIVE_S),
            trust_env=not self.loopback,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    @property
    def socket_url(self) -> str:
        return self.url.replace("http", "ws", 1) + "/v1/agent-socket"

    async def get(self, path: str, *, attempts: int = ATTEMPTS) -> dict[str, Any]:
        return await self._ask("GET", path, attempts=attempts)

    async def post(
        self, path: str, body: Any = None, *, key: str | None = None, attempts: int = ATTEMPTS
    ) -> dict[str, Any]:
        """Posts a body and returns the answer. Raises Refused, DemoError."""
        return await self._ask("POST", path, body, {"Idempotency-Key": key} if key else {}, attempts=attempts)

    async def _ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        *,
        attempts: int = ATTEMPTS,
    ) -> dict[str, Any]:
        """Asks again where that is safe: the request never arrived, or the service said that it did nothing with it."""
        for attempt in range(1, attempts + 1):
            try:
                response = await self._client.request(method, path, json=body, headers=headers)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                problem = DemoError(
                    f"no service answers at {self.url}: start one with `mci-router dev`, or name another with --url"
                )
                if attempt == attempts:
                    raise problem from error
            except httpx.HTTPError as error:
                raise DemoError(
                    f"the service at {self.url} stopped answering: {error or type(error).__name__}"
                ) from error
            else:
                if response.status_code != 503 or attempt == attempts:
                    return _read(response)
            await asyncio.sleep(PAUSE_S * attempt)
        raise AssertionError("unreachable")


def _host(url: str) -> str:
    """Returns the host of a web address. Raises DemoError if it is none."""
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return parts.hostname
    except ValueError:  # of a port that is no number, or a bracket that is not closed
        pass
    raise DemoError(f"{url!r} is not a web address, such as http://127.0.0.1:8000")


def _read(response: httpx.Response) -> dict[str, Any]:
    try:
        document = response.json()
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise DemoError(
            f"what answers at {response.request.url} is not mci_router: status {response.status_code}, no JSON object"
        )
    if response.is_success:
        return document
    detail = str(document.get("detail", response.reason_phrase))
    if response.status_code in (401, 403):
        raise DemoError(
            f"the service does not accept the key for {response.request.method} {response.request.url.path}: {detail}"
        )
    if response.status_code >= 500:
        raise DemoError(f"the service failed at {response.request.method} {response.request.url.path}: {detail}")
    raise Refused(response.status_code, detail)
