"""`mci-router adapter mastodon`: mentions, public replies and direct messages of an account on a Mastodon instance."""

import asyncio

import click

from mci_router.adapters.mastodon.instance import Forbidden, Gone, InstanceAway
from mci_router.adapters.mastodon.process import instance_of, run
from mci_router.adapters.mastodon.settings import MastodonSettings
from mci_router.cli.adapter_environment import log_to_stderr, settings_of

SPEC = """\
adapters:
  - name: {adapter}
    title: Mastodon
    channels: [social]
    trust: authenticated
    capabilities: {{receipts: true, max_chars: {longest}}}
    outbound: {{by: stream}}
    give_up_s: 86400
"""


@click.command()
@click.option("--describe", is_flag=True, help="Print the adapter's part of a workspace file, as the instance is.")
def command(describe: bool) -> None:
    """Carry messages between an account on Mastodon and a router: docs/how-to/mastodon.md."""
    settings = settings_of(MastodonSettings)
    if describe:
        try:
            longest = asyncio.run(instance_of(settings).longest())
        except (InstanceAway, Gone, Forbidden) as error:
            said = str(error) or "it is no Mastodon instance"
            raise click.ClickException(f"{settings.url} does not say what it can do: {said}") from error
        click.echo(SPEC.format(adapter=settings.adapter, longest=longest), nl=False)
        return
    log_to_stderr()
    asyncio.run(run(settings))
