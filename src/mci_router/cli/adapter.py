"""`mci-router adapter NAME`: carries messages between a channel and a running router."""

from importlib import import_module

import click

ADAPTERS = ("email", "mastodon", "twilio")


class AdapterGroup(click.Group):
    """Finds an adapter in the file of its name, imported when it is run."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Returns the names that `--help` shows."""
        return list(ADAPTERS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Returns the command of an adapter; None if there is none of that name."""
        if name not in ADAPTERS:
            return None
        found: click.Command = import_module(f"{__package__}.adapter_{name}").command
        return found


@click.group(cls=AdapterGroup)
def command() -> None:
    """Carry messages between a channel and a router: an outside client, in a process of its own.

    MCI_ROUTER_URL says where the router is, MCI_ADAPTER_KEY is the key of the adapter, which names it.
    """
