"""`mci-router adapter NAME`: carries messages between a channel and a running router."""

import click


@click.group()
def command() -> None:
    """Carry messages between a channel and a router: an outside client, in a process of its own.

    MCI_ROUTER_URL says where the router is, MCI_ADAPTER_KEY is the key of the adapter, which names it.
    """
