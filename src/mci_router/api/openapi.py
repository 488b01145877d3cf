"""The OpenAPI document as clients should read it: one shared description for each kind of problem, and short operation
names.
"""

import asyncio
from collections.abc import Iterator
from threading import Lock
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from mci_router.api.problems import MEANINGS, MEDIA_TYPE, responses
from mci_router.api.sent_and_answered import separated

UNUSED_SCHEMAS = ("HTTPValidationError", "ValidationError")  # the framework's own error bodies, which no route answers
PRECONDITIONS = {"If-Match", "If-None-Match"}

DESCRIPTION = """Contacts come in by `POST /v1/contacts`; desks connect to the socket that `asyncapi.yaml` describes.

Every refusal is a problem document (RFC 9457) whose `type` leads to what it means. An unknown member or query parameter
is refused with 422, on every route, so that a typing error is never silently ignored."""

ABOUT: dict[str, Any] = {
    "title": "mci_router",
    "summary": "Routes every customer contact, from every channel, to the resource with the best possible outcome.",
    "license_info": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "openapi_url": None,  # `install` gives the document its address
    "docs_url": None,
    "redoc_url": None,
    "redirect_slashes": False,
    "swagger_ui_oauth2_redirect_url": None,
    # No collector is asked for.
    "telemetry": {"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
}
"""The service as FastAPI knows it."""

TAGS = {
    "contacts": "Contacts: taken in, read, moved and ended.",
    "messages": "What is said in conversations.",
    "cases": "Cases: what a customer wants, over all the contacts it takes.",
    "adapters": "Channel adapters: what is written to their customers, and the secrets that sign it.",
    "attachments": "Files beside messages.",
    "customers": "Customers: found, changed, merged and split.",
    "community": "The community board: posts made of contacts, and replies.",
    "configuration": "What an operator configures, one resource at a time; `mci-router apply` does so from a file.",
    "articles": "Articles: their versions and drafts, how they are used, and what is missing.",
    "keys": "API keys.",
    "workflows": "Runs of workflows: started, read, and given their results.",
    "webhooks": "Webhooks, and their deliveries.",
    "reports": "The matrix, and reports of what happened.",
    "workforce": "What will come, who is needed, who works when, and who does.",
    "triage": "How contacts are understood: models, corrections and examples.",
    "surveys": "What customers answer when they are asked how it was.",
    "coaching": "How agents compare, what is looked at and agreed with them, and what they are certified for.",
    "incidents": "Incidents, and the monitors that report them.",
    "audit": "Who changed what.",
    "problems": "What problems mean.",
    "health": "For load balancers and Prometheus.",
}

HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {
        "description": "The version, to be sent as `If-Match`.",
        "schema": {"type": "string", "pattern": '^"[0-9]+"$'},
    },
    "Link": {
        "description": 'Leads to the next page (`rel="next"`), if there is one: RFC 8288.',
        "schema": {"type": "string"},
    },
    "Retry-After": {"description": "Seconds after which to try again.", "schema": {"type": "integer", "minimum": 0}},
    "X-Total-Count": {"description": "Rows there are, if that is known.", "schema": {"type": "integer", "minimum": 0}},
    "WWW-Authenticate": {
        "description": "How to authenticate.",
        "required": True,
        "schema": {"type": "string", "const": "Bearer"},
    },
}
SENT_WITH = {401: "WWW-Authenticate", 409: "Retry-After", 429: "Retry-After", 503: "Retry-After"}


def install(app: FastAPI) -> None:
    """Makes the app serve the tidied document.

    It takes seconds to make, and some hundredths of a second to write: both once, for who asks for it needs no key. A
    thread does, meanwhile everything else is answered.
    """
    making = Lock()
    writing: list[asyncio.Task[bytes]] = []

    def openapi() -> dict[str, Any]:
        with making:
            if app.openapi_schema is None:
                app.openapi_schema = made()
            return app.openapi_schema

    def made() -> dict[str, Any]:
        from mci_router.api.webhook_events import with_webhooks

        document = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=DESCRIPTION,
            servers=[{"url": "/"}],
            license_info=app.license_info,
            routes=app.routes,
        )
        return separated(with_webhooks(tidied(document)))

    def written() -> bytes:
        return bytes(JSONResponse(openapi()).body)

    async def served(_: Request) -> Response:
        if not writing or _has_failed(writing[0]):
            writing[:] = [asyncio.create_task(asyncio.to_thread(written))]
        return Response(await asyncio.shield(writing[0]), media_type="application/json")

    app.add_route("/openapi.json", served, include_in_schema=False)
    app.openapi = openapi  # type: ignore[method-assign]


def _has_failed(writing: "asyncio.Task[bytes]") -> bool:
    return writing.done() and (writing.cancelled() or writing.exception() is not None)


def tidied(document: dict[str, Any]) -> dict[str, Any]:
    """Returns the document with each shared answer described once, and with what the framework leaves out."""
    for operation in operations(document):
        operation.setdefault("security", [])
        _complete(operation)
    used = {tag for operation in operations(document) for tag in operation.get("tags", ())}
    document["tags"] = [{"name": name, "description": said} for name, said in TAGS.items() if name in used]
    for name in UNUSED_SCHEMAS:
        document["components"]["schemas"].pop(name, None)
    document["components"]["responses"] = {f"Problem{status}": _problem(status) for status in MEANINGS}
    document["components"]["headers"] = HEADERS
    return document


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yields every operation."""
    for path in document["paths"].values():
        yield from (operation for operation in path.values() if "responses" in operation)


def _complete(operation: dict[str, Any]) -> None:
    """Adds the answers that follow from the operation's form, and makes each problem a reference."""
    may_answer: dict[int | str, Any] = operation["responses"]
    if "requestBody" in operation:
        may_answer |= {str(status): known for status, known in responses(400).items()}
    if PRECONDITIONS & {parameter["name"] for parameter in operation.get("parameters", ())}:
        may_answer |= {str(status): known for status, known in responses(412).items()}
    for status, described in may_answer.items():
        if MEDIA_TYPE in described.get("content", {}):
            may_answer[status] = {"$ref": f"#/components/responses/Problem{status}"}
        if streamed := described.get("content", {}).get("text/event-stream"):
            streamed["schema"].pop("type", None)  # a string to the framework; the schema is that of an event's data
    operation["responses"] = dict(sorted(may_answer.items()))


def _problem(status: int) -> dict[str, Any]:
    shared: dict[str, Any] = {"description": MEANINGS[status]}
    if header := SENT_WITH.get(status):
        shared["headers"] = {header: {"$ref": f"#/components/headers/{header}"}}
    return shared | {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}}
