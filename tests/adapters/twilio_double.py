"""A double of Twilio: its REST API as far as the adapter uses it, its signed webhooks, and a telephone.

Written from Twilio's documentation: whether Twilio does the same, only Twilio can say.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4
from xml.etree import ElementTree

import httpx

from tests.support.receiver import serving
from tests.support.service import TLS, eventually

ACCOUNT = "AC" + "5a" * 16
TOKEN = "the token of the double's account"
PUBLIC = "https://phones.example.com/hooks"
"""Where Twilio thinks that the adapter is: a proxy stands there, and takes `/hooks` away."""
LOST = -1
"""A fault: the message is made, and the answer is lost."""


def sid(kind: str) -> str:
    return kind + uuid4().hex


def signature(url: str, form: dict[str, str], token: str = TOKEN) -> str:
    """As Twilio's documentation says, and not by its library, which is on the other side."""
    said = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()


@dataclass
class Double:
    """Twilio, with one account. `faults` are what its next answers to a new message are."""

    url: str = ""
    adapter: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)
    calls: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    faults: list[int] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)
    made: Callable[[], None] = lambda: None
    """Called when a message is made, before that is answered."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=20, verify=TLS))

    async def webhook(self, path: str, form: dict[str, str], *, token: str = TOKEN, **headers: str) -> httpx.Response:
        """Asks the adapter, as Twilio does: signed for its public URL, sent to where the proxy leads."""
        form = {"AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", **form}
        path = path.removeprefix(PUBLIC)
        signed = {"X-Twilio-Signature": signature(f"{PUBLIC}{path}", form, token), **headers}
        encoded = {name: value.encode() for name, value in signed.items()}
        return await self.client.post(f"{self.adapter}{path}", data=form, headers=encoded)  # type: ignore[arg-type]

    async def message(self, said: str, theirs: str, ours: str = "+4930901820", **more: str) -> httpx.Response:
        """A customer writes."""
        form = {"MessageSid": sid("SM"), "From": theirs, "To": ours, "Body": said, "NumMedia": "0", "NumSegments": "1"}
        return await self.webhook("/messages", form | more)

    async def status(self, message: dict[str, Any], state: str, code: int | None = None) -> httpx.Response:
        """Tells the adapter how far a message is."""
        message["status"] = state
        form = {"MessageSid": message["sid"], "MessageStatus": state, "To": message["to"], "From": message["from"]}
        return await self.webhook(message["callback"], form | ({"ErrorCode": str(code)} if code else {}))

    async def until_sent(self, count: int) -> list[dict[str, Any]]:
        """What was sent, once it is so many."""

        async def enough() -> list[dict[str, Any]] | None:
            return self.messages if len(self.messages) >= count else None

        found: list[dict[str, Any]] = await eventually(enough)
        return found

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            event = await receive()
            body, more = body + event.get("body", b""), event.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        form = parse_qsl(body.decode(), keep_blank_values=True)
        query = dict(parse_qsl(scope["query_string"].decode()))
        status, told, answer = self._answer(scope["method"], scope["path"], headers, form, query)
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        heads = [(name.lower().encode(), value.encode()) for name, value in told.items()]
        await send({"type": "http.response.start", "status": status, "headers": heads})
        await send({"type": "http.response.body", "body": content})

    def _answer(
        self, method: str, path: str, headers: dict[str, str], form: list[tuple[str, str]], query: dict[str, str]
    ) -> tuple[int, dict[str, str], Any]:
        self.asked.append((method, path))
        if path in self.files:
            self.asked[-1] = (method, f"{path} {headers.get('authorization', 'without credentials')[:5]}")
            return self.files[path]
        known = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if headers.get("authorization") != known:
            return 401, {}, {"code": 20003, "message": "Authenticate", "status": 401}
        resource = path.removeprefix(f"/2010-04-01/Accounts/{ACCOUNT}/").removesuffix(".json")
        if resource == "Messages":
            return self._send(form) if method == "POST" else self._list(query)
        if resource.startswith("Calls/") and resource[6:] in self.calls:
            call = self.calls[resource[6:]]
            if method == "POST" and call["status"] != "in-progress":
                return 400, {}, {"code": 21220, "message": "Call is not in-progress. Cannot redirect.", "status": 400}
            if method == "POST":
                call["updated"](dict(form))
            return 200, {}, {"sid": call["sid"], "status": call["status"]}
        return 404, {}, {"code": 20404, "message": "not found", "status": 404}

    def _send(self, form: list[tuple[str, str]]) -> tuple[int, dict[str, str], Any]:
        said, fault = dict(form), self.faults.pop(0) if self.faults else 201
        if fault not in (201, LOST):
            code = fault if fault > 999 else 20429 if fault == 429 else None
            status = 400 if fault > 999 else fault
            return status, {"Retry-After": "0"}, {"code": code, "message": "no", "status": status}
        if said["To"] in self.blocked:
            return 400, {}, {"code": 21610, "message": "Attempt to send to unsubscribed recipient", "status": 400}
        if len(said["Body"]) > 1600:
            return 400, {}, {"code": 21617, "message": "The concatenated message body is too long", "status": 400}
        now = format_datetime(datetime.now(UTC))
        made = {
            "sid": sid("SM"),
            "account_sid": ACCOUNT,
            "to": said["To"],
            "from": said["From"],
            "body": said["Body"],
            "status": "queued",
            "direction": "outbound-api",
            "num_segments": "1",
            "error_code": None,
            "price": None,
            "date_created": now,
            "date_updated": now,
            "date_sent": None,
            "callback": said["StatusCallback"],
            "files": [value for name, value in form if name == "MediaUrl"],
        }
        self.messages.append(made)
        self.made()
        return (500, {}, b"<html>message lost</html>") if fault == LOST else (201, {}, made)

    def _list(self, query: dict[str, str]) -> tuple[int, dict[str, str], Any]:
        found = [one for one in self.messages if one["to"] == query["To"] and one["from"] == query["From"]]
        page = {"messages": found[::-1], "page": 0, "page_size": 50, "next_page_uri": None, "uri": "/", "end": 0}
        return 200, {}, page


def texts(answer: httpx.Response) -> list[str]:
    """What the TwiML of an answer writes to the customer."""
    assert answer.headers["content-type"].startswith("text/xml")
    return [one.text or "" for one in ElementTree.fromstring(answer.text).iter("Message")]  # noqa: S314 — it is ours


@asynccontextmanager
async def twilio() -> AsyncIterator[Double]:
    """A double on a free port."""
    double = Double()
    async with serving(double) as double.url, double.client:
        yield double
