"""The lean way to a hot route: a request that is plainly right is read and answered in a few steps.

The framework finds a route, and collects what it asks for, by steps that are the same for every route, and cost more
than the hot route itself. Such a route is declared as any other, so that the API's description is made of it; and
whatever is not plainly right goes the usual way, so that every refusal is the same as elsewhere.
"""

from collections.abc import Callable, Iterable
from inspect import signature
from typing import Any, ClassVar, TypeVar

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import DBAPIError
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as Asked

from mci_router.access.keys import Caller, Scope
from mci_router.api.parts import authenticated
from mci_router.api.problems import BodyRefused, answer, raced
from mci_router.api.router import Route
from mci_router.api.schemas.common import REFERENCE
from mci_router.database_errors import Raced
from mci_router.errors import Problem

JSON = b"application/json"
BEARER = b"bearer "
LONGEST_KEY = 255  # characters of an Idempotency-Key

Sent = TypeVar("Sent", bound=BaseModel)


class LeanRoute(Route):
    """A route to which there are two ways, of which most requests go the lean one."""

    takes_body: ClassVar[type[BaseModel]]
    needs_scope: ClassVar[Scope]

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        takes, self._status = signature(endpoint).parameters, options.get("status_code") or 200
        self._takes_key, self._takes_response = "idempotency_key" in takes, "response" in takes

    async def caller(self, asked: Asked, secret: str) -> Caller:
        """Returns who asks. Raises NotAuthenticated, ScopeMissing, TooManyRequests."""
        request = Request(asked)
        return await authenticated(request, request.app.state.parts, secret, (self.needs_scope,))

    async def answered(self, asked: Asked, sent: BaseModel, caller: Caller, key: bytes | None) -> Response:
        """Returns the answer to a request whose body is right. Raises what the route raises."""
        parts, more = Request(asked).app.state.parts, dict(asked["path_params"])
        status = Response(status_code=self._status)
        if self._takes_key:
            more["idempotency_key"] = key.decode("latin-1") if key else None
        if self._takes_response:
            more["response"] = status
        said: BaseModel | Response = await self.endpoint(body=sent, caller=caller, parts=parts, **more)
        if isinstance(said, Response):
            return said
        return Response(said.__pydantic_serializer__.to_json(said), status.status_code, media_type=JSON.decode())


def lean(kind: type[Sent], scope: Scope) -> type[LeanRoute]:
    """Returns a class of route for functions that take `body` of this kind, `caller` with this scope and `parts`, and
    return a model or a whole response. They may take `idempotency_key`, `response`, whose status is a model's, and
    references of the path.
    """
    return type("LeanRoute", (LeanRoute,), {"takes_body": kind, "needs_scope": scope})


class LeanWay:
    """ASGI middleware: answers requests for the lean routes of some routers. They are looked for before all others."""

    def __init__(self, app: ASGIApp, routers: Iterable[APIRouter]) -> None:
        self._app = app
        self._routes = [route for router in routers for route in router.routes if isinstance(route, LeanRoute)]

    async def __call__(self, asked: Asked, receive: Receive, send: Send) -> None:
        route = self._route(asked) if asked["type"] == "http" else None
        headers = _headers(asked) if route else {}
        secret, key = _secret(headers), headers.get(b"idempotency-key")
        if route is None or secret is None or not _plain(asked, headers, key):
            await self._app(asked, receive, send)
            return
        try:
            body = await _read(receive)
            caller = await route.caller(asked, secret)  # who may not send costs no look at what is sent
            try:
                sent = route.takes_body.model_validate_json(body)
            except ValidationError:
                asked.pop("rates", None)  # a body that is no JSON is answered without
                await self._app(asked, _again(body, receive), send)
                return
            response = await route.answered(asked, sent, caller, key)
        except ClientDisconnect:
            return  # nobody is there to be answered
        except BodyRefused as refused:
            response = answer(refused.problem)
        except Problem as problem:
            response = answer(problem)
        except (Raced, DBAPIError) as error:
            response = await raced(Request(asked), error)
        await response(asked, receive, send)

    def _route(self, asked: Asked) -> LeanRoute | None:
        for route in self._routes:
            if asked["method"] in (route.methods or ()) and (found := route.path_regex.match(asked["path"])):
                asked["path_params"] = found.groupdict()
                return route
        return None


def _headers(asked: Asked) -> dict[bytes, bytes]:
    """Returns the headers by name; none if one is sent twice, about which the framework decides."""
    sent = asked["headers"]
    headers = dict(sent)
    return headers if len(headers) == len(sent) else {}


def _plain(asked: Asked, headers: dict[bytes, bytes], key: bytes | None) -> bool:
    """Returns whether there is nothing to say about the request before its body is read."""
    kind, _, parameters = headers.get(b"content-type", b"").partition(b";")
    plain = kind == JSON and not parameters.strip(b" ") and not asked["query_string"]
    named = all(map(REFERENCE.fullmatch, asked["path_params"].values()))
    return plain and named and (key is None or 0 < len(key) <= LONGEST_KEY)


def _secret(headers: dict[bytes, bytes]) -> str | None:
    """Returns the caller's key, if one is sent as it should be."""
    sent = headers.get(b"authorization", b"")
    return sent[len(BEARER) :].strip().decode("latin-1") or None if sent[: len(BEARER)].lower() == BEARER else None


async def _read(receive: Receive) -> bytes:
    """Returns the whole body. Raises ClientDisconnect, BodyRefused."""
    pieces: list[bytes] = []
    while (message := await receive())["type"] == "http.request":
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)
    raise ClientDisconnect


def _again(body: bytes, receive: Receive) -> Receive:
    """Returns a channel by which the usual way reads what was read already, and then what comes."""
    read: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return read.pop() if read else await receive()

    return received
