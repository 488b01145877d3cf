"""The OpenAPI document as clients should read it: one shared description for each kind of problem, and short operation names."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from mci_router.api.problems import MEANINGS, MEDIA_TYPE
from mci_router.api.webhook_events import with_webhooks

UNUSED_SCHEMAS = ("HTTPValidationError", "ValidationError")  # the framework's own error bodies, which no route answers


def operation_name(route: APIRoute) -> str:
    """An operation is called like its function: `post_contact`, not `post_contact_v1_contacts_post`."""
    return route.name


def install(app: FastAPI) -> None:
    """Makes the app serve the tidied document."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                license_info=app.license_info,
                routes=app.routes,
            )
            app.openapi_schema = with_webhooks(tidied(document))
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def tidied(document: dict[str, Any]) -> dict[str, Any]:
    """The document with every problem response replaced by a reference to the shared one."""
    responses = {
        f"Problem{status}": {
            "description": meaning,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        }
        for status, meaning in MEANINGS.items()
    }
    for path in document["paths"].values():
        for operation in path.values():
            for status in operation["responses"]:
                if f"Problem{status}" in responses:
                    operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
    for name in UNUSED_SCHEMAS:
        document["components"]["schemas"].pop(name, None)
    document["components"]["responses"] = responses
    return document
