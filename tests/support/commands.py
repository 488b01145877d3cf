"""The command line in the process of the tests: one of its own spends two seconds of CPU on imports before it begins."""

import gc
from collections.abc import Mapping

from click.testing import CliRunner

from mci_router.cli import cli


def run_here(*arguments: str, variables: Mapping[str, str | None] | None = None) -> tuple[int, str, str]:
    """Runs a command with variables of its environment (None: it is not set); its code, and what it said to whom.

    Raises what the command does not explain, which elsewhere would be a traceback.
    """
    looks = gc.get_threshold()  # a command sets it for a process of its own
    try:
        done = CliRunner().invoke(cli, arguments, env=variables, prog_name="mci-router")
    finally:
        gc.set_threshold(*looks)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr
