"""The lean way through a hot route: a request that is plainly right is read and answered in a few steps.

The framework collects what a route asks for by steps that are the same for every route, and cost more than the hot
route itself. Such a route is declared as any other, so that the API's description is made of it; and whatever is not
plainly right goes the usual way, so that every refusal is the same as elsewhere.
"""

from collections.abc import Callable, Coroutine
from inspect import signature
from typing import Any, TypeVar

from fastapi import Request, Response
from pydantic import BaseModel, ValidationError

from mci_router.access.keys import Scope
from mci_router.api.parts import Parts, authenticated
from mci_router.api.router import Route
from mci_router.api.schemas.common import REFERENCE

JSON = b"application/json"
BEARER = b"bearer "
LONGEST_KEY = 255  # characters of an Idempotency-Key

Sent = TypeVar("Sent", bound=BaseModel)
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def lean(kind: type[Sent], scope: Scope) -> type[Route]:
    """Returns a class of route for functions that take `body` of this kind, `caller` with this scope and `parts`, and
    return a model. They may take `idempotency_key`, `response`, whose status is the answer's, and references of the
    path.
    """

    class LeanRoute(Route):
        """A route with two ways, of which most requests go the lean one."""

        def get_route_handler(self) -> Handler:
            usual, work, status = super().get_route_handler(), self.endpoint, self.status_code or 200
            takes = signature(work).parameters

            async def handle(request: Request) -> Response:
                headers = _headers(request)
                secret, key = _secret(headers), headers.get(b"idempotency-key")
                plain = _plain(request, headers) and (key is None or 0 < len(key) <= LONGEST_KEY)
                if secret is None or not plain or not all(map(REFERENCE.fullmatch, request.path_params.values())):
                    return await usual(request)
                try:
                    body = kind.model_validate_json(await request.body())
                except ValidationError:
                    return await usual(request)
                parts: Parts = request.app.state.parts
                caller = await authenticated(request, parts, secret, (scope,))
                more: dict[str, Any] = dict(request.path_params)
                if "idempotency_key" in takes:
                    more["idempotency_key"] = key.decode("latin-1") if key else None
                if "response" in takes:
                    more["response"] = Response(status_code=status)
                answer: BaseModel = await work(body=body, caller=caller, parts=parts, **more)
                status_now = more["response"].status_code if "response" in more else status
                return Response(answer.__pydantic_serializer__.to_json(answer), status_now, media_type=JSON.decode())

            return handle

    return LeanRoute


def _headers(request: Request) -> dict[bytes, bytes]:
    """Returns the headers by name; none if one is sent twice, about which the framework decides."""
    sent = request.scope["headers"]
    headers = dict(sent)
    return headers if len(headers) == len(sent) else {}


def _plain(request: Request, headers: dict[bytes, bytes]) -> bool:
    """Returns whether there is nothing to say about the request before its body is read."""
    kind, _, parameters = headers.get(b"content-type", b"").partition(b";")
    return kind == JSON and not parameters.strip(b" ") and not request.scope["query_string"]


def _secret(headers: dict[bytes, bytes]) -> str | None:
    """Returns the caller's key, if one is sent as it should be."""
    sent = headers.get(b"authorization", b"")
    return sent[len(BEARER) :].strip().decode("latin-1") or None if sent[: len(BEARER)].lower() == BEARER else None
