"""`mci-router --help` is there at once."""

import subprocess
import sys

import pytest

from mci_router.cli import COMMANDS, cli

LIST = """
import sys
from mci_router.cli import cli
cli(["--help"], standalone_mode=False)
print(*sorted(sys.modules), sep="\\n", file=sys.stderr)
"""


def test_help_names_every_command_and_imports_none() -> None:
    """To import all commands takes seconds, and most of them what a service needs."""
    shown = subprocess.run([sys.executable, "-c", LIST], capture_output=True, text=True, check=True)
    assert all(f"  {name} " in shown.stdout for name in COMMANDS)
    imported = shown.stderr.split()
    assert "mci_router.cli" in imported
    assert not {"fastapi", "sqlalchemy", "redis", "numpy", "mci_router.settings"} & set(imported)


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_said_of_a_command_is_what_it_says_itself(name: str) -> None:
    """The list is kept beside the commands' files: it may be shorter than what they say, not another thing."""
    command = cli.get_command(cli.make_context("mci-router", [], resilient_parsing=True), name)
    assert command
    assert " ".join((command.help or "").split()).startswith(COMMANDS[name].rstrip("."))
