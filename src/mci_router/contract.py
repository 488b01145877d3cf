"""The OpenAPI document, generated from the routes: `openapi.yaml` is this, and `make check` keeps it so."""

from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from mci_router.app import create_app
from mci_router.settings import Settings


def openapi() -> dict[str, Any]:
    return create_app(Settings()).openapi()


def openapi_yaml() -> str:
    """The document as YAML, always the same for the same routes."""
    writer = YAML()
    writer.width = 140
    writer.default_flow_style = False
    text = StringIO()
    writer.dump(openapi(), text)
    return text.getvalue()
