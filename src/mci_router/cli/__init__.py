"""The command line: `mci-router --help`.

One file a command, imported when it is run, so that none waits for another's libraries.
"""

import os
from importlib import import_module
from typing import Any

import click

from mci_router import __version__

COMMANDS = (
    *("adapter", "apply", "demo", "dev", "import-articles", "import-history", "key", "migrate", "openapi", "rebuild"),
    *("reporting-role", "serve", "simulate", "triage", "verify-reports"),
)


class CommandGroup(click.Group):
    """Finds a command in the file of its name."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Returns the names that `--help` shows."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Returns the command of a name; None if there is none."""
        if name not in COMMANDS:
            return None
        found: click.Command = import_module(f"{__name__}.{name.replace('-', '_')}").command
        return found


@click.group(cls=CommandGroup)
@click.version_option(__version__, prog_name="mci-router")
def cli() -> None:
    """Routes every customer contact to the resource with the best possible outcome."""


def main() -> Any:
    """Runs the command line: the entry point."""
    # Matrices are small here: threads of linear algebra would only take the cores from requests. Said before numpy is
    # imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return cli(prog_name="mci-router")
