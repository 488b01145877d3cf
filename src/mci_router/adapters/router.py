"""The router as an adapter sees it: takes what customers write, and gives what is written to them."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import httpx
from httpx_sse import SSEError, aconnect_sse

from mci_router.adapters.fetching import at_most

log = logging.getLogger(__name__)

TIMEOUT_S = 20
SILENCE_S = 15  # the stream says something every 5 s: after three of these without a word it is dead
PAUSE_S = 1
STREAM_ENDED = "end"
OUR_FAULT = (401, 403, 404, 405)  # the key or the URL is wrong: nothing is lost for that
SCANNING, SCAN_S, SCAN_LOOK_S = "attachment_scanning", 60.0, 0.5  # uploaded once more a file is scanned once more


class RouterAway(Exception):
    """The router cannot take it now: offer it again in `after_s` seconds."""

    def __init__(self, why: str, after_s: float = PAUSE_S) -> None:
        self.after_s = after_s
        super().__init__(f"the router is away: {why}")


class Refused(Exception):
    """The router understood and will never take it. `problem` is its problem detail, as `{type, title, detail, …}`."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.problem = problem
        super().__init__(str(problem.get("detail") or problem.get("title") or f"answered {status}"))

    @property
    def ours(self) -> bool:
        """Whether the adapter is set up wrongly: what was refused may be taken once that is mended."""
        return self.status in OUR_FAULT

    @property
    def slug(self) -> str:
        """Which problem it is, as in `not_found`."""
        return str(self.problem.get("type", "")).rpartition("/")[2]


class Router:
    """A router by its URL, with the key of an adapter of one workspace."""

    def __init__(self, url: str, key: str, adapter: str) -> None:
        self.adapter = adapter
        self._client = httpx.AsyncClient(
            base_url=url.rstrip("/"), headers={"Authorization": f"Bearer {key}"}, timeout=TIMEOUT_S
        )
        self._open = httpx.AsyncClient(base_url=url.rstrip("/"), timeout=TIMEOUT_S)  # links go without the key
        self._last: str | None = None  # the last message of the stream that was handled
        self.connected_at = datetime.now(UTC)
        """Since when nobody else is given what is written: of what is older, another process may have had some."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()
        await self._open.aclose()

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        """Returns the JSON at a path. Raises Refused, RouterAway."""
        return await self._ask("GET", path, params=query)

    async def post(self, path: str, body: Mapping[str, Any] | None = None, *, key: str = "") -> dict[str, Any]:
        """Posts JSON, by an idempotency key if there is one, and returns the answer. Raises Refused, RouterAway."""
        return await self._ask("POST", path, json=body, headers={"Idempotency-Key": key} if key else {})

    async def post_scanned(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Posts JSON that names files, once they are scanned, and returns the answer.

        Raises RouterAway; Refused, after a minute also as SCANNING.
        """
        left = int(SCAN_S / SCAN_LOOK_S)
        while True:
            try:
                return await self.post(path, body)
            except Refused as refused:
                left -= 1
                if refused.slug != SCANNING or left < 0:
                    raise
            await asyncio.sleep(SCAN_LOOK_S)

    async def put(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Puts JSON, and returns the answer. Raises Refused, RouterAway."""
        return await self._ask("PUT", path, json=body)

    async def upload(self, name: str, content_type: str, content: bytes) -> str:
        """Uploads a file for one message; what it is may be left to the router. Returns its id.

        Raises Refused, RouterAway.
        """
        headers = {"Content-Type": content_type} if content_type else {}
        made = await self._ask("POST", "/v1/attachments", params={"name": name}, content=content, headers=headers)
        return str(made["id"])

    async def download(self, url: str, most: int) -> bytes:
        """Returns the bytes behind the link of a file, up to so many. Raises Refused, RouterAway."""
        try:
            async with self._open.stream("GET", url) as answer:
                if answer.is_error:
                    await answer.aread()
                    raise _failed(answer)
                content = await at_most(answer, most)
        except httpx.HTTPError as error:
            raise RouterAway(str(error) or type(error).__name__) from error
        if content is None:
            raise Refused(413, {"type": "/problems/too_large", "title": "The file is too large."})
        return content

    async def patch(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Changes what is at a path, and returns it. Raises Refused, RouterAway."""
        return await self._ask("PATCH", path, json=body)

    async def receipt(self, message: str, state: str, error: Mapping[str, Any] | None = None) -> None:
        """Says how far a message has come, until the router has it: a receipt may be given twice.

        `state` is sent, delivered, read or failed; `error` is `{slug, detail, retryable}`.
        """
        while True:
            try:
                await self.receipt_once(message, state, error)
            except RouterAway as away:
                await asyncio.sleep(away.after_s)
            except Refused:
                return  # it is gone, with its case
            else:
                return

    async def receipt_once(self, message: str, state: str, error: Mapping[str, Any] | None = None) -> None:
        """Says how far a message has come. Raises Refused, RouterAway."""
        body = {"state": state} | ({"error": dict(error)} if error else {})
        await self.post(f"/v1/messages/{message}/delivery", body)

    async def outbound(self, *, by_receipt: bool = False) -> AsyncGenerator[dict[str, Any], None]:
        """Returns the messages to customers, for ever and over broken lines, each as `message.outbound` has it.

        A message counts as taken once the next is asked for, or, `by_receipt`, only by its receipt; one that was not
        taken comes again, perhaps while it is being sent. Raises Refused if the router will not let this adapter read.
        """
        told = False  # that it is away: once, however long it stays so
        while True:
            try:
                async with aclosing(self._connection(by_receipt)) as messages:
                    async for message in messages:
                        yield message
                        told = False
            except RouterAway as away:
                if not told:
                    log.warning("what is written to customers waits: %s", away)
                told = True
            await asyncio.sleep(PAUSE_S)

    async def _connection(self, by_receipt: bool) -> AsyncGenerator[dict[str, Any], None]:
        """Returns the messages of one connection. Raises Refused, RouterAway."""
        headers = {"Last-Event-ID": self._last} if self._last and not by_receipt else {}
        timeout = httpx.Timeout(TIMEOUT_S, read=SILENCE_S)
        try:
            path = f"/v1/adapters/{self.adapter}/outbound"
            self.connected_at = datetime.now(UTC)
            async with aconnect_sse(self._client, "GET", path, headers=headers, timeout=timeout) as source:
                if source.response.is_error:
                    await source.response.aread()
                    raise _failed(source.response)
                async for event in source.aiter_sse():
                    if event.event == STREAM_ENDED:
                        return
                    if event.event == "message" and event.data:  # what only says how soon to come again has none
                        yield json.loads(event.data)
                        self._last = event.id
        except (httpx.HTTPError, SSEError) as error:
            raise RouterAway(str(error) or type(error).__name__) from error

    async def _ask(self, method: str, path: str, **how: Any) -> dict[str, Any]:
        try:
            answer = await self._client.request(method, path, **how)
        except httpx.HTTPError as error:
            raise RouterAway(str(error) or type(error).__name__) from error
        if answer.is_error:
            raise _failed(answer)
        try:
            return dict(answer.json()) if answer.content else {}
        except (ValueError, TypeError) as error:
            raise RouterAway(f"what answers at {answer.url} is no router: it sent no JSON object") from error


def _failed(answer: httpx.Response) -> Refused | RouterAway:
    """Returns what an answer that is no success means for who asked."""
    if answer.status_code == 429 or answer.status_code >= 500:
        after = answer.headers.get("Retry-After", "")
        return RouterAway(f"answered {answer.status_code}", float(after) if after.isdigit() else PAUSE_S)
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    return Refused(answer.status_code, problem if isinstance(problem, dict) else {})


def told_at_once(route: Mapping[str, Any]) -> list[str]:
    """Returns what the customer of a new contact is to be told at once, by its route: that a machine says it, too;
    nothing if nobody said so.
    """
    answer = (route.get("answer") or {}).get("body")
    told = [text for text in (route.get("emergency"), route.get("message"), answer) if text]
    notice = route.get("notice")
    if notice and told:
        told[-1] = f"{told[-1]}\n\n{notice}" if told[-1] == route.get("emergency") else f"{notice}\n\n{told[-1]}"
    return told
