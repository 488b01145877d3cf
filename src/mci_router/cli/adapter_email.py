"""`mci-router adapter email`: carries e-mails between customers and a router."""

import asyncio
import sys
from pathlib import Path

import click

from mci_router.adapters.settings import web_address
from mci_router.cli.adapter_environment import log_to_stderr, settings_of


def _web_address(_: click.Context, __: click.Parameter, url: str) -> str:
    try:
        return web_address(url)
    except ValueError as error:
        raise click.BadParameter(f"{url!r} {error}") from error


@click.command("email")
@click.option("--try", "trying", is_flag=True, help="Serve the router of `make run`, and print the mails that go out.")
@click.option(
    "--url",
    default="http://127.0.0.1:8000",
    show_default=True,
    callback=_web_address,
    help="The router, with --try.",
)
@click.option(
    "--keys",
    type=click.Path(path_type=Path),
    default=Path(".data/keys.json"),
    show_default=True,
    help="Has the operator's key, with --try.",
)
def command(trying: bool, url: str, keys: Path) -> None:
    """Carry e-mails: in by LMTP or from an IMAP mailbox, out by SMTP.

    MCI_EMAIL_ADDRESS and MCI_EMAIL_SECRET say who we are; docs/how-to/e-mail.md has all settings.
    """
    from mci_router.adapters.email.lmtp import NoDoor
    from mci_router.adapters.email.trying import NoKey
    from mci_router.adapters.router import Refused, RouterAway

    log_to_stderr(["mail.log"])
    try:
        asyncio.run(_try(url, keys) if trying else _carry())
    except (NoKey, NoDoor) as missing:
        raise click.ClickException(str(missing)) from missing
    except RouterAway as away:
        raise click.ClickException(f"{away} ({url if trying else 'MCI_ROUTER_URL'})") from away
    except Refused as refused:
        click.echo(f"The router refuses this adapter: {refused}", err=True)
        sys.exit(1)


async def _carry() -> None:
    from mci_router.adapters.email.process import run
    from mci_router.adapters.email.settings import EmailSettings

    await run(settings_of(EmailSettings))


async def _try(url: str, keys: Path) -> None:
    from mci_router.adapters.email.process import run
    from mci_router.adapters.email.trying import tried

    async with tried(url, keys, click.echo) as settings:
        click.echo(f"Mails to {settings.address} are taken by LMTP at {settings.lmtp}; what goes out is printed here.")
        await run(settings)
