"""`mci-router adapter email`: carries e-mails between customers and a router."""

import asyncio
import sys
from pathlib import Path

import click
from pydantic import ValidationError

from mci_router.cli.adapter_environment import log_to_stderr
from mci_router.cli.faults import words_of


@click.command("email")
@click.option("--try", "trying", is_flag=True, help="Serve the router of `make run`, and print the mails that go out.")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="The router, with --try.")
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
    from mci_router.adapters.email.trying import NoKey
    from mci_router.adapters.router import Refused, RouterAway

    log_to_stderr(["mail.log"])
    try:
        asyncio.run(_try(url, keys) if trying else _carry())
    except ValidationError as error:
        for one in error.errors():
            click.echo(f"{_variable(one['loc'])}: {words_of(one)}", err=True)
        sys.exit(2)
    except NoKey as missing:
        raise click.ClickException(str(missing)) from missing
    except RouterAway as away:
        raise click.ClickException(f"{away} ({url})") from away
    except Refused as refused:
        click.echo(f"The router refuses this adapter: {refused}", err=True)
        sys.exit(1)


def _variable(place: tuple[int | str, ...]) -> str:
    """Returns the environment variable of a setting, by the setting's name or by the variable's."""
    name = str(place[0]).upper() if place else "…"
    return name if name.startswith("MCI_") else f"MCI_EMAIL_{name}"


async def _carry() -> None:
    from mci_router.adapters.email.process import run
    from mci_router.adapters.email.settings import EmailSettings

    await run(EmailSettings())


async def _try(url: str, keys: Path) -> None:
    from mci_router.adapters.email.process import run
    from mci_router.adapters.email.trying import tried

    async with tried(url, keys, click.echo) as settings:
        click.echo(f"Mails to {settings.address} are taken by LMTP at {settings.lmtp}; what goes out is printed here.")
        await run(settings)
