"""The command line: `mci-router --help`.

One file a command, imported when it is run, so that none waits for another's libraries.
"""

import os
from importlib import import_module
from typing import Any

import click

from mci_router import __version__, garbage

COMMANDS = {
    "adapter": "Carry messages between a channel and a router.",
    "apply": "Make a workspace as FILE says.",
    "demo": "Play customers and agents to a running service.",
    "dev": "Run everything here.",
    "import-articles": "Make articles of a folder of Markdown.",
    "import-history": "Import an interval history.",
    "key": "Manage API keys.",
    "migrate": "Bring the ledger's schema up to date.",
    "openapi": "Print the OpenAPI document.",
    "rebuild": "Make the live state again from the ledger.",
    "reporting-role": "Make a login that reads the schema `reporting`.",
    "serve": "Run the service on the servers of DATABASE_URL and REDIS_URL.",
    "simulate": "Drive the engine through the contacts of TRACE.",
    "triage": "Measure triage, and the examples that it learns from.",
    "verify-reports": "Count again what reports add up.",
}
"""What `--help` says of each; what a command's own `--help` says stands in its file."""


class CommandGroup(click.Group):
    """Finds a command in the file of its name."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Returns the names that `--help` shows."""
        return list(COMMANDS)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes what the commands do, and imports none of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Returns the command of a name; None if there is none."""
        if name not in COMMANDS:
            return None
        found: click.Command = import_module(f"{__name__}.{name.replace('-', '_')}").command
        garbage.keep_all()  # all that is imported
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
