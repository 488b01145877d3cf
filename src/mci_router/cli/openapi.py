"""`mci-router openapi`: the OpenAPI document, generated from the routes; `make check` compares `openapi.yaml`."""

import sys
from io import StringIO
from pathlib import Path
from typing import Any

import click
from ruamel.yaml import YAML

from mci_router.app import create_app
from mci_router.settings import Settings


def openapi() -> dict[str, Any]:
    return create_app(Settings()).openapi()


def openapi_yaml() -> str:
    """Returns the document as YAML, always the same for the same routes."""
    writer = YAML()
    writer.width = 140
    writer.default_flow_style = False
    text = StringIO()
    writer.dump(openapi(), text)
    return text.getvalue()


@click.command()
@click.option(
    "--check", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Fail unless this file says the same."
)
def command(check: Path | None) -> None:
    """Print the OpenAPI document."""
    document = openapi_yaml()
    if check is None:
        sys.stdout.write(document)
    elif check.read_text(encoding="utf-8") != document:
        raise click.ClickException(f"{check} is not what the code says: run `mci-router openapi > {check}`")
