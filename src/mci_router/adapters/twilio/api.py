"""Twilio's REST API by its official library, over our HTTP client: at any base URL, bounded in time, nothing logged."""

import logging
from collections.abc import Container, Mapping
from datetime import datetime
from typing import Any

import httpx
from twilio.base.exceptions import TwilioException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from mci_router.adapters.twilio.settings import API_URL, TwilioSettings

log = logging.getLogger(__name__)

TIMEOUT_S = 15
TOO_MANY = 429
NOT_OURS = (401, 403)  # our credentials are wrong: no message's fault
FAILED = ("failed", "undelivered", "canceled")
ENDED = ("completed", "busy", "failed", "no-answer", "canceled")
TRIAL = "Sent from your Twilio trial account - "
RECENT = 50  # of the messages between two addresses


class NotNow(Exception):
    """Twilio cannot take it now. `perhaps`: it may have taken it all the same, and its answer is lost."""

    def __init__(self, why: str, *, perhaps: bool, after_s: float = 0) -> None:
        self.perhaps = perhaps
        self.after_s = after_s
        super().__init__(why)


class Never(Exception):
    """Twilio will not take it. `code` is its error's number."""

    def __init__(self, code: int | None, said: str) -> None:
        self.code = code
        super().__init__(said)


class Transport(AsyncHttpClient):  # type: ignore[misc]  # the library has no types
    """Carries the library's requests to a base URL that may be another than Twilio's."""

    def __init__(self, base_url: str) -> None:
        super().__init__(log, True)
        self._base_url = base_url
        self.retry_after_s = 0.0
        self.client = httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False)

    async def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 — so the library calls it
        allow_redirects: bool = False,
    ) -> Response:
        """Sends a request. Raises httpx.HTTPError."""
        url = self._base_url + uri.removeprefix(API_URL) if self._base_url != API_URL else uri
        answer = await self.client.request(
            method, url, params=params, data=dict(data or {}), headers=dict(headers or {}), auth=auth
        )
        after = answer.headers.get("Retry-After", "")
        self.retry_after_s = float(after) if after.isdigit() else 0.0
        return Response(answer.status_code, answer.text, answer.headers)


class TwilioApi:
    """Our account at Twilio."""

    def __init__(self, settings: TwilioSettings) -> None:
        self._transport = Transport(settings.api_url)
        self.http = self._transport.client
        self.auth = (settings.account_sid, settings.auth_token.get_secret_value())
        self.client = Client(*self.auth, http_client=self._transport)

    async def close(self) -> None:
        """Closes the connections."""
        await self.http.aclose()

    async def send(self, ours: str, theirs: str, text: str, files: list[str], status_url: str) -> str:
        """Sends a message, and returns its id at Twilio. Raises NotNow, Never."""
        more: dict[str, Any] = {"media_url": files} if files else {}
        try:
            made = await self.client.messages.create_async(
                to=theirs, from_=ours, body=text, status_callback=status_url, **more
            )
        except (TwilioException, httpx.HTTPError) as error:
            raise self.failed(error) from error
        return str(made.sid)

    async def sent_before(self, ours: str, theirs: str, text: str, since: datetime, but: Container[str]) -> str | None:
        """Returns the id of a message with these words that was made since then, `but` for some; None: there is none.

        Twilio has no keys of idempotency: it is known again by its addresses and its words. One that did not arrive
        may be sent again. Raises NotNow, Never.
        """
        try:
            found = await self.client.messages.list_async(to=theirs, from_=ours, limit=RECENT, page_size=RECENT)
        except (TwilioException, httpx.HTTPError) as error:
            raise self.failed(error) from error
        for one in found:
            came = one.direction.startswith("outbound") and one.status not in FAILED and one.sid not in but
            if came and one.date_created >= since and one.body.removeprefix(TRIAL).strip() == text.strip():
                return str(one.sid)
        return None

    async def take_up(self, call: str, url: str) -> None:
        """Has a call go on with what `url` says, whatever its caller hears now. Raises NotNow, Never: it is over."""
        try:
            await self.client.calls(call).update_async(url=url, method="POST")
        except (TwilioException, httpx.HTTPError) as error:
            raise self.failed(error) from error

    async def is_over(self, call: str) -> bool:
        """Returns whether a call is over. Raises NotNow."""
        try:
            found = await self.client.calls(call).fetch_async()
        except (TwilioException, httpx.HTTPError) as error:
            if isinstance(failed := self.failed(error), Never):
                return True  # there is none
            raise failed from error
        return str(found.status) in ENDED

    def failed(self, error: Exception) -> NotNow | Never:
        """Returns what an error of a request means."""
        if isinstance(error, httpx.HTTPError):
            never_sent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
            return NotNow(type(error).__name__, perhaps=not never_sent)
        status, code = int(getattr(error, "status", 500)), getattr(error, "code", None)
        if status in NOT_OURS and code in (None, status, 20003):
            log.error("Twilio refuses our account: check MCI_TWILIO_ACCOUNT_SID and MCI_TWILIO_AUTH_TOKEN")
            return NotNow(f"Twilio answered {status}", perhaps=False)
        if status == TOO_MANY or status >= 500:
            return NotNow(
                f"Twilio answered {status}", perhaps=status >= 500, after_s=min(self._transport.retry_after_s, 60)
            )
        return Never(code if code != status else None, f"Twilio answered {status}.")
