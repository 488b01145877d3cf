"""`mci-router simulate`: drives the engine through a trace in virtual time."""

from pathlib import Path

import click

from mci_router.simulation.command import CommandFailed, SimulationOptions, run
from mci_router.simulation.policies import SimulatedPolicy

POLICIES = [policy.value for policy in SimulatedPolicy]


@click.command()
@click.argument("trace", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write: one outcome a contact.")
@click.option(
    "--policy",
    type=click.Choice(POLICIES),
    default=SimulatedPolicy.SERVICE_LEVEL.value,
    show_default=True,
    help="How lines and agents are chosen.",
)
@click.option(
    "--plain",
    is_flag=True,
    help="Hold no deferrable work back and set no agent aside, as routers without these rules do.",
)
@click.option("--plot", type=click.Path(path_type=Path), help="Draw the day as PNG; needs the extra `plot`.")
@click.option("--redis-url", help="A server nothing else uses, in place of a private one that is started for this.")
def command(trace: Path, out: Path, policy: str, plain: bool, plot: Path | None, redis_url: str | None) -> None:
    """Drive the engine through the contacts of TRACE in virtual time, and write what became of each."""
    try:
        run(SimulationOptions(trace, out, SimulatedPolicy(policy), plain, plot, redis_url))
    except CommandFailed as error:
        raise click.ClickException(str(error)) from error
