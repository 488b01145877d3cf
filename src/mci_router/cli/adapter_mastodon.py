"""`mci-router adapter mastodon`: mentions, public replies and direct messages of an account on a Mastodon instance."""

import asyncio
import logging

import click
from pydantic import ValidationError

from mci_router.adapters.mastodon.process import instance_of, run
from mci_router.adapters.mastodon.settings import MastodonSettings

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
    try:
        settings = MastodonSettings()
    except ValidationError as error:
        faults = "; ".join(f"{_variable(str(fault['loc'][0]))}: {fault['msg']}" for fault in error.errors())
        raise click.ClickException(f"the environment is not right: {faults}") from error
    if describe:
        longest = asyncio.run(instance_of(settings).longest())
        click.echo(SPEC.format(adapter=settings.adapter, longest=longest), nl=False)
        return
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it writes down whole URLs
    asyncio.run(run(settings))


def _variable(setting: str) -> str:
    """Returns the environment variable of a setting, by the setting's name or by the variable's."""
    return setting.upper() if setting.upper().startswith("MCI_") else f"MCI_MASTODON_{setting.upper()}"
