"""The command line in the process of the tests: one of its own spends two seconds of CPU on imports before it begins."""

from collections.abc import Mapping

from click.testing import CliRunner

from mci_router.cli import cli


def run_here(*arguments: str, variables: Mapping[str, str | None] | None = None) -> tuple[int, str, str]:
    """Runs a command with variables of its environment (None: it is not set); its code, and what it said to whom.

    Raises what the command does not explain, which elsewhere would be a traceback.
    """
    done = CliRunner().invoke(cli, arguments, env=variables, prog_name="mci-router")
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr
