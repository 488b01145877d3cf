"""`mci-router openapi`: the OpenAPI document, generated from the routes; `make check` compares `openapi.yaml`."""

import re
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import click
from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter

from mci_router.app import create_app
from mci_router.settings import Settings

YAML_1_1 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|y|n|yes|no|on|off", re.I)
"""Texts that readers of YAML 1.1, which most still are, take for numbers (17:00 is 1,020 to them) or for booleans."""


class _Representer(RoundTripRepresenter):
    """Writes as YAML 1.2, with quotes where version 1.1 would read another thing."""

    def text(self, value: str) -> ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", value, "'" if YAML_1_1.fullmatch(value) else None)


_Representer.add_representer(str, _Representer.text)


def openapi() -> dict[str, Any]:
    return create_app(Settings()).openapi()


def openapi_yaml() -> str:
    """Returns the document as YAML, always the same for the same routes."""
    return as_yaml(openapi())


def as_yaml(document: dict[str, Any]) -> str:
    """Returns a document, or a part of it, as YAML."""
    writer = YAML()
    writer.Representer = _Representer
    writer.width = 140
    writer.default_flow_style = False
    text = StringIO()
    writer.dump(document, text)
    return text.getvalue()


@click.command()
@click.option(
    "--check", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Fail unless this file says the same."
)
def command(check: Path | None) -> None:
    """Print the OpenAPI document."""
    if check is None:
        sys.stdout.write(openapi_yaml())
    elif not _says(check):
        raise click.ClickException(f"{check} is not what the code says: run `mci-router openapi > {check}`")


def _says(file: Path) -> bool:
    """Whether a file says what the code says; one that is no text is known not to without asking the code."""
    try:
        return file.read_bytes().decode() == openapi_yaml()
    except UnicodeDecodeError:
        return False
