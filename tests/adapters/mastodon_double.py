"""A double of a Mastodon instance: as much of its API as the adapter uses, over HTTP, as its documentation describes it.

It does what matters here as the real one does: a direct status is for its author and those it mentions, a status is
posted once for each Idempotency-Key, an answer to what is deleted is refused, and so is a request over the limit.
"""

import re
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import count
from time import time
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from tests.support.receiver import serving
from tests.support.service import eventually

DOMAIN = "our.example"
MENTION = re.compile(r"(?<![=/\w])@([A-Za-z0-9_]+)(?:@([\w.-]+))?", re.ASCII)
PUBLIC = ("public", "unlisted")
PEOPLE = ("support", "kim@example.social", "robin", "bot@example.social", "support@evil.example")
FIRST = datetime(2025, 10, 9, 8, tzinfo=UTC)
PHOTO = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + bytes(10_000_000)
Fault = tuple[int, str]


@dataclass
class Double:
    """An instance on which `@support` is our account."""

    url: str = ""
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    statuses: dict[str, dict[str, Any]] = field(default_factory=dict)
    notifications: list[dict[str, Any]] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    blocks: set[str] = field(default_factory=set)
    faults: deque[Fault] = field(default_factory=deque)
    limited_until: float = 0
    posts: int = 0
    leaks: bool = False
    numbers: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        for account in PEOPLE:
            self.joins(account)

    def joins(self, account: str, **facts: Any) -> None:
        """Somebody has an account, here or elsewhere."""
        name, _, domain = account.partition("@")
        about = {"id": str(1000 + len(self.people)), "username": name, "acct": account, "display_name": name.title()}
        link = {"url": f"https://{domain or DOMAIN}/@{name}", "bot": name == "bot", "suspended": False}
        self.people[account] = about | link | facts

    def writes(self, account: str, content: str, to: str | None = None, **more: Any) -> str:
        """Somebody's status, as HTML, that mentions us; its id."""
        status = self._add(account, content, to, more.pop("visibility", "public"), ["support"], **more)
        about = {"id": str(500 + len(self.notifications)), "type": more.pop("type", "mention"), "status": status}
        self.notifications.append({**about, "account": self.people[account], "created_at": status["created_at"]})
        return str(status["id"])

    def edits(self, status: str, content: str) -> None:
        one = self.statuses[status]
        one["content"], one["edited_at"] = content, (FIRST + timedelta(hours=next(self.numbers))).isoformat()

    def deletes(self, status: str) -> None:
        del self.statuses[status]
        for one in self.notifications:
            if one["status"] and one["status"]["id"] == status:
                one["status"] = None

    @property
    def ours(self) -> list[tuple[str, str, str | None]]:
        """What we have posted: where it may be read, its text, and the status that it answers."""
        mine = [one for one in self.statuses.values() if one["account"]["acct"] == "support"]
        return [(one["visibility"], one["text"], one["in_reply_to_id"]) for one in mine]

    async def until(self, number: int) -> list[tuple[str, str, str | None]]:
        """What we have posted, once it is so much."""

        async def enough() -> list[tuple[str, str, str | None]] | None:
            return self.ours if len(self.ours) >= number else None

        found: list[tuple[str, str, str | None]] = await eventually(enough)
        return found

    def read_by(self, account: str) -> list[str]:
        """What somebody can read of what we posted."""
        mine = [one for one in self.statuses.values() if one["account"]["acct"] == "support"]
        return [one["text"] for one in mine if one["visibility"] in PUBLIC or account in one["to"]]

    def post(self, form: dict[str, Any], key: str) -> tuple[int, Any]:
        """Our status, once for its key."""
        if key in self.keys:
            return 200, self.statuses[self.keys[key]]
        parent, said = form.get("in_reply_to_id"), str(form["status"])
        if parent and parent not in self.statuses:
            return 404, {"error": "The status you are trying to reply to does not appear to exist."}
        if len(said) > 500:
            return 422, {"error": "Validation failed: Text character limit of 500 exceeded"}
        if parent and self.statuses[parent]["account"]["acct"] in self.blocks:
            return 403, {"error": "This action is not allowed"}
        named = [f"{name}@{domain}" if domain and domain != DOMAIN else name for name, domain in MENTION.findall(said)]
        to = [one for one in named if one in self.people]
        where = "public" if self.leaks else str(form["visibility"])
        status = self._add("support", f"<p>{escape(said)}</p>", parent, where, to, text=said)
        self.keys[key] = status["id"]
        self.posts += 1
        return 200, status

    def above(self, status: str) -> list[dict[str, Any]]:
        """The statuses that it answers, the first one first."""
        found: list[dict[str, Any]] = []
        parent = self.statuses[status]["in_reply_to_id"]
        while parent and parent in self.statuses:
            found.insert(0, self.statuses[parent])
            parent = self.statuses[parent]["in_reply_to_id"]
        return found

    def _add(
        self, account: str, content: str, parent: str | None, visibility: str, to: list[str], **more: Any
    ) -> dict[str, Any]:
        number = next(self.numbers)
        status = {
            "id": str(110_000 + number),
            "created_at": (FIRST + timedelta(minutes=number)).isoformat(),
            "edited_at": None,
            "in_reply_to_id": parent,
            "visibility": visibility,
            "spoiler_text": "",
            "language": "en",
            "content": content,
            "text": content,
            "url": f"https://{DOMAIN}/s/{number}",
            "account": self.people[account],
            "media_attachments": [],
            "mentions": [self.people[one] for one in to],
            "to": to,
            **more,
        }
        self.statuses[status["id"]] = status
        return status


def app_of(double: Double) -> FastAPI:
    """The API of the instance."""
    app = FastAPI()

    @app.middleware("http")
    async def limits_and_faults(request: Request, go: Any) -> Any:
        if double.faults:
            status, body = double.faults.popleft()
            return Response(body, status)
        if "/files/" not in request.url.path and request.headers.get("authorization") != "Bearer a-token":
            return JSONResponse({"error": "The access token is invalid"}, 401)
        left = max(double.limited_until - time(), 0)
        answer = JSONResponse({"error": "Too many requests"}, 429) if left else await go(request)
        answer.headers["X-RateLimit-Limit"] = "300"
        answer.headers["X-RateLimit-Remaining"] = "0" if left else "299"
        answer.headers["X-RateLimit-Reset"] = datetime.fromtimestamp(time() + (left or 300), UTC).isoformat()
        return answer

    @app.get("/api/v1/accounts/verify_credentials")
    async def me() -> Any:
        return double.people["support"]

    @app.get("/api/v2/instance")
    async def instance() -> Any:
        return {"domain": DOMAIN, "version": "4.4.0", "configuration": {"statuses": {"max_characters": 500}}}

    @app.get("/api/v1/accounts/lookup")
    async def lookup(acct: str) -> Any:
        found = double.people.get(acct.removesuffix(f"@{DOMAIN}"))
        return found or JSONResponse({"error": "Record not found"}, 404)

    @app.get("/api/v1/notifications")
    async def notifications(request: Request) -> Any:
        query = request.query_params
        wanted, after, limit = query.getlist("types[]"), int(query.get("min_id", 0)), int(query.get("limit", 40))
        found = [one for one in double.notifications if one["type"] in wanted and int(one["id"]) > after]
        return (found[:limit] if after else found[-limit:])[::-1]

    @app.get("/api/v1/statuses")
    async def some(request: Request) -> Any:
        return [double.statuses[one] for one in request.query_params.getlist("id[]") if one in double.statuses]

    @app.get("/api/v1/statuses/{status}")
    async def one(status: str) -> Any:
        return double.statuses.get(status) or JSONResponse({"error": "Record not found"}, 404)

    @app.get("/api/v1/statuses/{status}/context")
    async def context(status: str) -> Any:
        if status not in double.statuses:
            return JSONResponse({"error": "Record not found"}, 404)
        return {"ancestors": double.above(status), "descendants": []}

    @app.delete("/api/v1/statuses/{status}")
    async def delete(status: str) -> Any:
        return double.statuses.pop(status)

    @app.get("/files/{name}")
    async def file(name: str) -> Any:
        return Response(PHOTO, media_type="image/jpeg")

    @app.post("/api/v1/statuses")
    async def post(request: Request) -> Any:
        status, body = double.post(dict(await request.form()), request.headers["idempotency-key"])
        return JSONResponse(body, status)

    return app


@asynccontextmanager
async def instance_running() -> AsyncIterator[Double]:
    """An instance on loopback."""
    double = Double()
    async with serving(app_of(double)) as double.url:
        yield double
