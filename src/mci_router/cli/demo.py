"""`mci-router demo`: simulated customers and agents use a running service."""

from pathlib import Path

import click

from mci_router.cli.numbers import NumberRange
from mci_router.demo.run import DemoOptions, play
from mci_router.demo.service import DemoError


@click.command()
@click.option("--contacts", type=click.IntRange(1, 10_000), default=200, show_default=True, help="How many come.")
@click.option(
    "--agents",
    type=click.IntRange(1, 500),
    default=None,
    help="How many serve them; all that the workspace has unless given.",
)
@click.option(
    "--speed", type=NumberRange(1, 100), default=20, show_default=True, help="Simulated seconds in a real one."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same customers for the same seed.")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="The service.")
@click.option(
    "--keys",
    type=click.Path(path_type=Path),
    default=Path(".data/keys.json"),
    show_default=True,
    help="Has the operator's key; MCI_API_KEY goes before it.",
)
@click.option("--allow-remote", is_flag=True, help="Play to a service that is not on this machine.")
def command(
    contacts: int, agents: int | None, speed: float, seed: int, url: str, keys: Path, allow_remote: bool
) -> None:
    """Play customers and agents to a running service, and show what became of the contacts."""
    try:
        play(DemoOptions(contacts, agents, speed, seed, url, keys, allow_remote))
    except DemoError as error:
        raise click.ClickException(str(error)) from error
